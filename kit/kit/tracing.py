"""Spans for an OpenTelemetry collector, sent when OTEL_EXPORTER_OTLP_ENDPOINT says where to; otherwise none is made.

The trace itself does not need this: W3C `traceparent` travels with every call and event and is in every log line.
"""

import os
from functools import cache
from typing import TYPE_CHECKING, Literal

from kit import logs

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

Kind = Literal["SERVER", "CONSUMER"]


def begin(name: str, kind: Kind, traceparent: str) -> "Span | None":
    """Begins a span below the one that `traceparent` names, or at the top of the present trace when it is empty.

    What is called or told from now on hangs below this span. None when nobody collects spans.
    """
    tracer = _tracer()
    if tracer is None:
        return None
    from opentelemetry.context import Context
    from opentelemetry.trace import SpanKind
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    above = (
        TraceContextTextMapPropagator().extract({"traceparent": traceparent}, Context()) if traceparent else Context()
    )
    span = tracer.start_span(name, above, SpanKind[kind])
    logs.span_id.set(f"{span.get_span_context().span_id:016x}")
    return span


def end(span: "Span | None", outcome: str, failed: bool) -> None:
    """Ends the span with what came of it."""
    if span is None:
        return
    from opentelemetry.trace import StatusCode

    span.set_attribute("outcome", outcome)
    span.set_status(StatusCode.ERROR if failed else StatusCode.OK)
    span.end()


@cache
def _tracer() -> "Tracer | None":
    """Made at the first span, so after the fork. The exporter is imported only where it is wanted."""
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

    class InTheTrace(RandomIdGenerator):
        """A span at the top belongs to the trace that the logs speak of."""

        def generate_trace_id(self) -> int:
            return int(logs.trace_id.get(), 16) if logs.trace_id.get() else super().generate_trace_id()

    provider = TracerProvider(id_generator=InTheTrace())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("kit")
