"""What runs in the trainer image: data preparation, model, run_fn, callbacks."""
