"""How many random histories: `HYPOTHESIS_PROFILE=thorough` for thousands of each property."""

import os

import hypothesis

hypothesis.settings.register_profile("moderate", hypothesis.settings.get_profile("club"), max_examples=80)
hypothesis.settings.register_profile("thorough", hypothesis.settings.get_profile("club"), max_examples=4000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "moderate"))
