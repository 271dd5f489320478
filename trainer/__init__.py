"""What runs in the trainer image: data preparation, training, evaluation.

`python -m trainer --help` is the way in. The package imports nothing heavy by
itself: TensorFlow, TFX and Beam load inside the commands that need them, so that
checking parameters takes a moment and not half a minute.
"""
