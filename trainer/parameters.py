"""The parameters of training: names, bounds, defaults. No TensorFlow here."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from trainer import fields
from trainer.errors import ParameterError

K_COUNTS = (5, 10, 50, 100)
"""The k of every recall@k that is reported."""

Feature = Literal[
    "country",
    "segment",
    "history",
    "repeat",
    "category",
    "price",
    "price_band",
    "words",
]
"""Features beyond the two ids. A feature that the data lacks is left out."""

TextFeature = Literal["country", "segment", "category", "words"]


Width = Annotated[int, Field(ge=1, le=8192)]
Bins = Annotated[int, Field(ge=2, le=1_000_000)]


class Parameters(BaseModel):
    """All parameters of a training run; a name that is not here is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    task: Literal["retrieval", "ranking", "multitask"] = Field(
        "retrieval",
        description="Find products (retrieval), predict a label of a buyer and a "
        "product (ranking), or both with the same towers (multitask).",
    )
    label: Literal["quantity", "rating"] = Field(
        "quantity",
        description="What ranking predicts: the logarithm of one plus the quantity, "
        "or the rating as it is; binary where train has no other values than 0 and 1.",
    )
    rating_layers: Annotated[tuple[Width, ...], Field(max_length=8)] = Field(
        (64, 32), description="Widths of the rating head's hidden layers."
    )
    rating_weight: float = Field(
        1.0,
        gt=0,
        le=1e6,
        allow_inf_nan=False,
        description="Of the rating loss beside the retrieval loss in multitask.",
    )
    epochs: int = Field(10, ge=1, le=10_000, description="Passes over the train split.")
    batch_size: int = Field(
        2048,
        ge=2,
        le=65_536,
        description="Examples a step; the others of a batch are its negatives.",
    )
    learning_rate: float = Field(0.1, gt=0, le=100, allow_inf_nan=False)
    embedding_dim: int = Field(32, ge=1, le=1024, description="Width of both towers.")
    optimizer: Literal["adagrad", "adam", "sgd"] = Field(
        "adagrad", description="Steps on the sum of the batch's losses, as TFRS does."
    )
    seed: int = Field(1, ge=0, le=2**31 - 1, description="Of weights and shuffling.")
    features: Annotated[tuple[Feature, ...], Field(max_length=16)] = (
        "country",
        "segment",
        "repeat",
        "category",
        "price_band",
        "words",
    )
    """`history`, the embedded past purchases, overfits on Online Retail; off."""
    hash_bins: dict[TextFeature, Bins] = Field(
        {},
        description="Text features whose values share this many rows by their hash, "
        "instead of one row for each value that train has.",
    )
    history_length: int = Field(
        50, ge=1, le=500, description="Latest past products that a query sees."
    )
    recency_half_life_days: float | None = Field(
        60,
        gt=0,
        le=36_500,
        description="An example this much older weighs half in training; null: alike.",
    )
    sampling_correction: bool = Field(
        True, description="Subtract log sampling probability from in-batch logits."
    )
    remove_accidental_hits: bool = Field(
        True, description="Mask other examples of the same product in the batch."
    )
    validation_examples: int = Field(
        8192, ge=1, le=1_000_000, description="Bound of the sample behind val_recall."
    )
    restore_best_epoch: bool = Field(
        True,
        description="Test and export the epoch of the best validation recall, not "
        "the last.",
    )
    top_k: int = Field(100, ge=1, le=1000, description="Products a served answer has.")

    @field_validator("hash_bins")
    @classmethod
    def _hashes_used_features(
        cls, bins: dict[TextFeature, int], info: ValidationInfo
    ) -> dict[TextFeature, int]:
        unused = bins.keys() - set(info.data.get("features", bins))
        if unused:
            names = ", ".join(sorted(unused))
            raise ValueError(f"of features that are used; add {names} to features")
        return bins

    def used(self) -> dict[str, Any]:
        """Name to value, as JSON has it, of those that the task looks at."""
        unused = {"label", "rating_layers"} if not self.rates else set()
        if self.task != "multitask":
            unused.add("rating_weight")
        return self.model_dump(mode="json", exclude=unused)

    @property
    def retrieves(self) -> bool:
        """Whether the towers learn to find products."""
        return self.task != "ranking"

    @property
    def rates(self) -> bool:
        """Whether there is a rating head."""
        return self.task != "retrieval"


def parse(text_or_values: str | dict[str, Any]) -> Parameters:
    """Parameters from JSON text or a mapping.

    Raises:
      ParameterError: With one line for each field that is wrong.
    """
    values = text_or_values
    if isinstance(values, str):
        values = fields.parse_json_object(values, "--params", ParameterError)
    return fields.validate(Parameters, values, ParameterError)
