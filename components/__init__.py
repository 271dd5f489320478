"""KFP v2 components, one a file; bodies are thin calls into library functions."""
