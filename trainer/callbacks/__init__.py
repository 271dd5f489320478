"""Keras callbacks over `training_metrics.MetricsCollector`; they hold no logic.

Each works alone and in any order: all speak to the collector, none to another.
"""
