"""The read path: cached answers of our server beside others that send the same bytes."""

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from bench import databases, installations, load, nginx, processes
from bench.contenders import Answer
from bench.figures import Figure, of_ratios, of_rounds
from bench.load import BROWSER, Measure
from bench.plan import Plan
from bench.processes import Process
from bench.progress import said, shown
from services import refresh

_FORMS: Final = {
    "json": "/v1/shops/{key}/reviews.json",
    "xml": "/v1/shops/{key}/reviews.xml",
    "304": "/v1/shops/{key}/reviews.json",
    "legacy": "/rest/public/v2/shops/{key}/reviews.json",
    "spoken": "/rest/public/v2/shops/{key}/quality/reviews.json",
}
_OTHERS: Final[Mapping[str, Sequence[str]]] = {
    "json": ("bare", "starlette", "fastapi", "nginx"),
    "xml": ("bare", "starlette", "nginx"),
    "304": ("bare",),
    "legacy": ("bare",),
    "spoken": ("bare",),
}
_NAMES: Final = {
    "bare": "bare ASGI app",
    "starlette": "Starlette route",
    "fastapi": "FastAPI, same object",
    "nginx": "nginx gzip_static",
}
_TITLES: Final = {
    "json": "cached JSON",
    "xml": "cached XML",
    "304": "304",
    "legacy": "cached legacy reviews, with rate headers",
    "spoken": "cached legacy grade in a language, with rate headers",
}

_Measures = Mapping[tuple[str, str], Sequence[Measure]]


@dataclass(frozen=True, slots=True)
class _Target:
    """A request for one form of answer (json, xml, 304) to one server."""

    form: str
    server: str
    process: Process
    path: str
    headers: Mapping[str, str]


def run(plan: Plan) -> Sequence[Figure]:
    """Every server in turn, round by round; ratios are taken within each round."""
    if not load.HAS_WRK:
        said("wrk is missing: servers are compared by CPU time. On Debian: apt install wrk nginx")
    with ExitStack() as stack:
        measures = _measured(list(_targets(stack)), plan)
    return [figure for form in _FORMS for figure in _figures(form, measures)] + [
        of_ratios(
            "read.304.200",
            "304 / cached JSON",
            [each.speed for each in measures["304", "ours"]],
            [each.speed for each in measures["json", "ours"]],
        )
    ]


def _targets(stack: ExitStack) -> Iterator[_Target]:
    """All servers, running; each request of ours was answered once, so that it is cached."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    url = stack.enter_context(databases.empty_sqlite())
    with installations.opened(url) as installation:
        key = installations.fill_shop(installation.database, 30)
        refresh.render(installation, key)
    ours = stack.enter_context(installations.served(url))
    answers = {}
    for form, template in _FORMS.items():
        path = template.format(key=key)
        ours.wait_for(path, BROWSER)
        headers = {**BROWSER, **_condition(ours, path, form)}
        answers[form] = _answer(ours, key, path, headers)
        yield _Target(form, "ours", ours, path, headers)
        for name in _OTHERS[form]:
            if name != "nginx":
                other = _contender(stack, name, answers[form], folder / f"{name}-{form}")
                yield _Target(form, name, other, path, headers)
    if nginx.IS_INSTALLED:
        files = [answers["json"], answers["xml"]]
        server = stack.enter_context(nginx.serving(folder, files))
        for form in ("json", "xml"):
            yield _Target(form, "nginx", server, _FORMS[form].format(key=key), BROWSER)


def _condition(ours: Process, path: str, form: str) -> Mapping[str, str]:
    if form != "304":
        return {}
    headers = dict(ours.get(path, BROWSER)[1])
    return {"If-None-Match": headers["etag"]}


def _answer(ours: Process, key: str, path: str, headers: Mapping[str, str]) -> Answer:
    """What ours answers, to be sent by the others too; uvicorn adds the date by itself."""
    status, found, body = ours.get(path, headers)
    plain = ours.get(path, {})[2]
    kept = tuple((name, value) for name, value in found if name.lower() != "date")
    return Answer(key, path.rpartition("/")[2], status, kept, body, plain)


def _contender(stack: ExitStack, name: str, answer: Answer, path: Path) -> Process:
    answer.write(path)
    port = processes.free_port()
    command = [sys.executable, "-m", "bench.contenders", name, str(port), str(path)]
    return stack.enter_context(processes.serving(command, port))


def _measured(targets: Sequence[_Target], plan: Plan) -> _Measures:
    """Bursts in turn, forwards and backwards; the first round only warms up."""
    measures: dict[tuple[str, str], list[Measure]] = {(t.form, t.server): [] for t in targets}
    with shown("Loading servers") as progress:
        for target in targets:
            target.process.wait_for(target.path, target.headers)
        rounds = plan.pick(plan.rounds + 1, 1)
        for number in range(rounds):
            for target in targets[:: -1 if number % 2 else 1]:
                measures[target.form, target.server].append(_burst(target, plan))
            progress(number + 1, rounds)
    return {key: found[plan.pick(1, 0) :] for key, found in measures.items()}


def _burst(target: _Target, plan: Plan) -> Measure:
    seconds = plan.pick(3, 0.2)
    return load.put_on(target.process, target.path, target.headers, seconds=seconds)


def _figures(form: str, measures: _Measures) -> Iterator[Figure]:
    ours, title = measures[form, "ours"], _TITLES[form]
    yield of_rounds(f"read.{form}.rate", title, [each.rate for each in ours], "/s").noted(
        f"{_cpu_us(ours)}; p50 {1e3 * median(e.p50 for e in ours):.2f} ms"
    )
    for name in _OTHERS[form]:
        other = measures.get((form, name))
        if other:
            yield of_ratios(
                f"read.{form}.{name}",
                f"{title} / {_NAMES[name]}",
                [each.speed for each in ours],
                [each.speed for each in other],
            ).noted(f"the other: {median(e.rate for e in other):,.0f} /s, {_cpu_us(other)}")
    yield of_ratios(
        f"read.{form}.p99",
        f"{title}: p99 / p50 at {load.CONNECTIONS} connections",
        [each.p99 for each in ours],
        [each.p50 for each in ours],
    )


def _cpu_us(measures: Sequence[Measure]) -> str:
    return f"{1e6 * median(each.cpu for each in measures):.1f} µs of server CPU each"
