"""Options of preparing data: names, bounds, defaults. No Beam here."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from trainer import fields
from trainer.errors import OptionError


class Options(BaseModel):
    """All options of `prepare`; a name that is not here is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    train_fraction: float = Field(0.8, gt=0, lt=1, description="Earliest lines.")
    eval_fraction: float = Field(0.1, gt=0, lt=1, description="Lines after train's.")
    history_length: int = Field(
        50, ge=1, le=500, description="Past products kept with each line."
    )
    shards: int = Field(4, ge=1, le=1000, description="Files a split.")
    lines: int = Field(
        60_000, ge=500, le=50_000_000, description="Lines that the generator makes."
    )
    buyers: int = Field(800, ge=10, le=1_000_000, description="Generated buyers.")
    products: int = Field(1_200, ge=50, le=1_000_000, description="Generated products.")

    @model_validator(mode="after")
    def _leaves_a_test_split(self) -> "Options":
        if self.train_fraction + self.eval_fraction >= 1:
            raise ValueError(
                "train_fraction + eval_fraction below 1, so that test keeps lines"
            )
        return self


def parse(text: str) -> Options:
    """Options from JSON text.

    Raises:
      OptionError: With one line for each field that is wrong.
    """
    values: dict[str, Any] = fields.parse_json_object(text, "--options", OptionError)
    return fields.validate(Options, values, OptionError)
