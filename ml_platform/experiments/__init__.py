"""Runs and their training history: model, services, API and pages."""
