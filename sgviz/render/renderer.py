"""Walks the table of stages a chunk at a time, and remembers what is already made."""

import logging
import traceback
from dataclasses import dataclass

from sgviz.frame import Part, Problem, Progress
from sgviz.render.desk import Desk
from sgviz.render.request import Key, Request
from sgviz.render.sources import GPU_FAULTS, Sources, first_line
from sgviz.render.stage import Stage, Steps
from sgviz.render.stages import STAGES
from sgviz.state import Focus, State

log = logging.getLogger(__name__)

# Turns of the dearest stage before one of another.
IN_A_ROW = 3


@dataclass(frozen=True, eq=False)
class _Job:
    """A stage under way for one key."""

    stage: Stage
    key: Key
    serial: int
    work: Steps


class Renderer:
    """Turns the newest request into parts, the dearest first.

    A newer request drops only the stages whose key it changed; the rest go on. The
    dearest stage has three turns of four. The others are of the stage whose turn is
    longest ago, and come early where the dearest has made something: so thumbnails
    finish while a slider is dragged, and what is dear is not made half as fast. While
    a hand moves, measures come after everything else.
    """

    def __init__(self, sources: Sources, stages: tuple[Stage, ...] = STAGES) -> None:
        self._desk = Desk(sources)
        self._stages = stages
        self._request: Request | None = None
        self._made: dict[str, Key] = {}
        self._jobs: dict[str, _Job] = {}
        self._turns: dict[str, int] = {}
        self._turn = self._in_a_row = 0
        self._has_shared = False
        self._serial = 0

    @property
    def serial(self) -> int:
        """The number of the request that is being served."""
        return self._serial

    @property
    def done(self) -> bool:
        """Whether every part of the newest request is made."""
        return self._request is None

    def submit(self, request: Request) -> None:
        """Take a newer request; what it does not change stays made.

        Its dearest stage comes at once, if another has had its turn since the last.
        """
        self._request, self._serial = request, request.serial
        if self._has_shared:
            self._in_a_row, self._has_shared = 0, False

    def advance(self) -> Part | None:
        """Do one chunk of the most urgent stage; its part, where one came out."""
        job = self._next_job()
        if job is None:
            self._request = None
            return None
        self._turn += 1
        self._turns[job.stage.name] = self._turn
        part = self._chunk(job)
        if part is not None and self._in_a_row:
            self._in_a_row = IN_A_ROW
        return part

    def _chunk(self, job: _Job) -> Part | None:
        """One chunk of a stage; its part, where one came out."""
        try:
            value = next(job.work)
        except StopIteration as end:
            return self._finish(job, value=end.value)
        except GPU_FAULTS as error:
            return self._leave_gpu(job, error)
        except (ValueError, OSError) as error:
            return self._finish(job, problem=Problem(str(error)))
        except Exception as error:
            # Errors are data: a stage that fails must not take the window along.
            log.exception("stage %s failed", job.stage.name)
            what = f"The {job.stage.name} could not be computed: {error}"
            return self._finish(job, problem=Problem(what, traceback.format_exc()))
        if value is None:
            return None
        return Part(job.stage.name, job.key, job.serial, value=value, final=False)

    def _next_job(self) -> _Job | None:
        """The dearest stage that waits; now and then the one that waits longest."""
        waiting = [job for job in map(self._job_for, self._stages) if job is not None]
        if not waiting:
            return None
        if self._in_a_row < IN_A_ROW:
            self._in_a_row += 1
            return waiting[0]
        self._in_a_row, self._has_shared = 0, True
        return min(waiting, key=self._last_turn)

    def _last_turn(self, job: _Job) -> int:
        return self._turns.get(job.stage.name, -1)

    def _job_for(self, stage: Stage) -> _Job | None:
        """The job of a stage whose part is not made yet for the newest request."""
        request = self._request
        if request is None:
            return None
        if not stage.is_asked(request):
            self._jobs.pop(stage.name, None)
            return None
        if stage.rests(request):
            return None
        key = stage.key(request, self._desk)
        if self._made.get(stage.name) == key:
            self._jobs.pop(stage.name, None)
            return None
        job = self._jobs.get(stage.name)
        if job is None or job.key.what != key.what:
            work = stage.run(request, self._desk)
            if stage.measure:
                work = _announced(work)
            job = self._jobs[stage.name] = _Job(stage, key, request.serial, work)
        return job

    def _finish(
        self, job: _Job, value: object | None = None, problem: Problem | None = None
    ) -> Part:
        del self._jobs[job.stage.name]
        self._made[job.stage.name] = job.key
        return Part(job.stage.name, job.key, job.serial, value, problem)

    def _leave_gpu(self, job: _Job, error: Exception) -> Part | None:
        """Go on without the GPU that failed; everything is made anew."""
        if not self._desk.leave_gpu(first_line(error)):
            return self._finish(
                job, problem=Problem(f"Out of memory: {first_line(error)}")
            )
        self._made.clear()
        self._jobs.clear()
        return None


def _announced(work: Steps) -> Steps:
    """Work that says that it begins: what a panel shows until then is of before."""
    yield Progress("Measuring …")
    return (yield from work)


def render(
    state: State,
    focus: Focus,
    sources: Sources,
    measures: frozenset[str] = frozenset(),
) -> dict[str, Part]:
    """Every part of the frame of a state: the whole picture, with no window."""
    renderer = Renderer(sources)
    renderer.submit(Request(1, state, state, focus, measures))
    parts: dict[str, Part] = {}
    while not renderer.done:
        part = renderer.advance()
        if part is not None:
            parts[part.name] = part
    return parts
