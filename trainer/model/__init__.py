"""The two-tower model: towers, the retrieval task, optimizers."""
