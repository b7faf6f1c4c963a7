"""What the expectations have in common: the target, the batches that they judge, and how they are rendered."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template
from typing import Any, ClassVar, Literal, Optional

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation import BatchExpectation, render_suite_parameter_string
from great_expectations.render import LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.renderer.renderer import renderer
from great_expectations.render.renderer_configuration import RendererConfiguration, RendererValueType

from prefit.errors import UsageError
from prefit.evidence import Evidence

__all__ = ["MeasuredExpectation", "require_classes"]


class MeasuredExpectation(BatchExpectation):  # type: ignore[misc]
    """An expectation about a batch that prefit measures."""

    target: Optional[str] = pydantic.Field(None, description="The column to be predicted.")  # noqa: UP045
    task: Literal["auto", "classification", "regression"] = pydantic.Field(
        "auto", description="What is to be learnt: classes, or a quantity."
    )

    in_memory_only: ClassVar[bool] = True
    quotes_no_values: ClassVar[bool] = True
    says: ClassVar[str] = ""
    """What must hold, with the arguments as ``$name``."""

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: Any) -> Any:
        given = renderer_configuration.kwargs
        shown = cls._shown(given)
        renderer_configuration.template_str = cls._sentence(given)
        for name in shown:
            is_text = cls.__fields__[name].type_ is str
            kind = RendererValueType.STRING if is_text else RendererValueType.NUMBER
            renderer_configuration.add_param(name=name, param_type=kind)
        return renderer_configuration

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)  # type: ignore[untyped-decorator]
    @render_suite_parameter_string  # type: ignore[untyped-decorator]
    def _prescriptive_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None
    ) -> list[Any]:
        given = RendererConfiguration(
            configuration=configuration, result=result, runtime_configuration=runtime_configuration
        ).kwargs
        template = {
            "template": cls._sentence(given),
            "params": {name: given[name] for name in cls._shown(given)},
            "styling": (runtime_configuration or {}).get("styling", {}),
        }
        return [RenderedStringTemplateContent(content_block_type="string_template", string_template=template)]

    @classmethod
    def _shown(cls, given: Mapping[str, Any]) -> list[str]:
        """Return the given arguments that the sentence names."""
        return [name for name in cls.__fields__ if f"${name}" in cls.says and given.get(name) is not None]

    @classmethod
    def _sentence(cls, given: Mapping[str, Any]) -> str:
        """Return the sentence, with its default in the place of each argument that is not given."""
        left_out = cls.__fields__.keys() - cls._shown(given)
        return Template(cls.says).safe_substitute({name: cls.__fields__[name].default for name in left_out})


def require_classes(evidence: Evidence, expectation: str) -> None:
    """Refuse a target that is a quantity."""
    if evidence.task.kind != "classification":
        raise UsageError(
            f"target {evidence.task.target!r} must hold classes for {expectation}; got a quantity."
            " Name another column, or say task='classification'."
        )
