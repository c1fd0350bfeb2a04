"""What the project holds its training and validation files against: the scope of the stage, and of who uploads."""

from pathlib import Path

from finetune.dataset.rules import known_rules
from finetune.files.params import read_yaml, to_record
from finetune.files.profiles import read_profile
from finetune.files.wrong import read_wrong
from finetune.records.params import Prepare, Validate
from finetune.records.profile import Scope


def scope_of(params: Path, courses: Path, corrections: Path, lego: bool = True) -> Scope:
    """As the section `validate` of `params` says; no answer that a correction called wrong passes."""
    sections = read_yaml(params)
    validate = to_record(params, "validate", sections.get("validate"), Validate)
    conflicts = to_record(params, "prepare", sections.get("prepare"), Prepare).conflicts
    return Scope(
        read_profile(validate.profile, f"{params}: validate.profile"),
        lego=lego,
        fewest={"training": validate.fewest_training, "validation": validate.fewest_validation},
        wrong=read_wrong(courses, corrections, conflicts),
        ignored=known_rules(validate.ignored, f"{params}: validate.ignored"),
    )
