"""What is known of a run before it begins: its images, its memory, its pace."""

from dataclasses import asdict, replace

from PySide6.QtCore import QObject, Qt, Signal

from sgviz.frame import Problem
from sgviz.gui.train.data_sheet import SHEET, DataLook
from sgviz.gui.train.draft import NO_IMAGES, PORTRAITS
from sgviz.gui.train.job import Cancelled, Job
from sgviz.gui.train.machine import Need, free_memory
from sgviz.gui.train.run_page import RunPage
from sgviz.prefs import Device, window_threads
from sgviz.training.config import TrainConfig

# What the images of the sheet depend on, and what changes neither memory nor pace.
_SHEET_FIELDS = ("data", "resolution", "fit", "seed")
_FREE_FIELDS = (
    "data", "fit", "mirror", "seed", "kimg", "checkpoint_kimg", "keep_every", "samples",
    "timeline", "lr_g", "lr_d", "lr_multiplier", "beta1", "beta2", "ema_kimg",
    "ema_rampup", "r1_gamma", "style_mixing", "noise_from",
)  # fmt: skip
STEPS = 3
CANCELLED = "The images were not looked at to their end."


class DataDesk(QObject):
    """Looks at the images, tells the memory, measures the pace: each in a thread.

    Nothing is looked at before the page is shown, and nothing is measured unasked.
    """

    _looked = Signal(int)

    def __init__(self, page: RunPage) -> None:
        super().__init__(page)
        self._page = page
        self._look = Job("data", self)
        self._memory = Job("memory", self)
        self._pace = Job("pace", self)
        self._shown: tuple[object, ...] | None = None
        self._needs: dict[str, Need] = {}
        self._open = False
        self._looked.connect(page.data.show_busy, Qt.ConnectionType.QueuedConnection)
        self._look.finished.connect(self._take_look)
        self._memory.finished.connect(self._take_need)
        self._pace.finished.connect(self._take_need)
        page.shown.connect(self._opened)
        page.form.edited.connect(self.refresh)
        page.data.cancel_requested.connect(self._cancel_look)
        page.estimate.measure_requested.connect(self._measure)
        page.estimate.cancel_requested.connect(self.cancel_measure)

    @property
    def busy(self) -> bool:
        """Whether something is still being looked at or measured."""
        return any(job.busy for job in self._jobs)

    def refresh(self) -> None:
        """The form has changed: show what belongs to it now."""
        if self._open:
            self._refresh_look()
            self._refresh_need()

    def close(self) -> None:
        """No more work."""
        for job in self._jobs:
            job.close()

    def wait(self, seconds: float | None) -> bool:
        """Until everything has ended; False where that takes longer."""
        ended = [job.wait(seconds) for job in self._jobs]
        return all(ended)

    @property
    def _jobs(self) -> tuple[Job, Job, Job]:
        return self._look, self._memory, self._pace

    def _opened(self) -> None:
        if not self._open or self._shown is None:
            self._open = True
            self.refresh()

    # The images.

    def _refresh_look(self) -> None:
        values = self._page.form.draft.values
        wanted = tuple(values[name] for name in _SHEET_FIELDS)
        if wanted == self._shown:
            return
        first, self._shown = self._shown is None, wanted
        self._look.cancel()
        self._page.set_unusable("")
        if not first:
            self._page.show_view("data")
        if not values["data"]:
            self._page.data.show_words(NO_IMAGES)
        elif not self._page.form.problem:
            config = self._page.form.request().config
            self._page.data.show_busy()
            self._look.begin(lambda cancelled: self._look_at(config, cancelled))
        else:
            self._shown = None

    def _cancel_look(self) -> None:
        self._look.cancel()
        self._page.data.show_words(CANCELLED)

    def _look_at(self, config: TrainConfig, cancelled: Cancelled) -> DataLook | None:
        """In a thread: some of the images."""
        if config.data != PORTRAITS:
            from sgviz.training.survey import survey

            found = survey(
                config.data,
                config,
                SHEET,
                cancelled,
                lambda done, _: self._looked.emit(done),
            )
            if found is None:
                return None
            return DataLook(found.pixels, found.count, found.bad, found.notices)
        from sgviz.training.data import images_of
        from sgviz.training.samples import real_pixels

        return DataLook(real_pixels(images_of(config), SHEET))

    def _take_look(self, result: object) -> None:
        if isinstance(result, Problem):
            self._page.data.show_problem(result)
            if not result.details:
                # Else it is the look that failed, not the data.
                self._refuse(result)
        elif isinstance(result, DataLook):
            self._page.data.show_look(result)

    def _refuse(self, problem: Problem) -> None:
        """No run with this data; files can be mended, so it is looked at again."""
        self._shown = None
        self._page.set_unusable(problem.what)
        self._refresh_need()

    # Memory and pace.

    def _refresh_need(self) -> None:
        self._pace.cancel()
        form, line = self._page.form, self._page.estimate
        if form.problem:
            line.show_need(None, 0.0)
            return
        request = form.request()
        known = self._needs.get(_need_key(request.config, request.device))
        if known is not None:
            known = replace(known, free=free_memory())
            line.show_need(known, request.config.kimg)
            return
        line.show_need(None, 0.0)
        config, device = request.config, request.device
        self._memory.begin(lambda _: _memory_of(config, device))

    def _measure(self) -> None:
        form = self._page.form
        form.commit()
        if form.problem:
            return
        request = form.request()
        config = replace(request.config, threads=_threads(request.config))
        device = request.device
        self._memory.cancel()
        self._page.estimate.show_busy()
        self._pace.begin(lambda cancelled: pace_of(config, device, cancelled))

    def cancel_measure(self) -> None:
        """Measure no further: whatever trains needs the cores itself.

        What stands in the form is the run's own, when that ends.
        """
        if self._open:
            self._refresh_need()

    def _take_need(self, result: object) -> None:
        form, line = self._page.form, self._page.estimate
        if isinstance(result, Problem):
            line.show_problem(result)
        elif isinstance(result, Need) and not form.problem:
            request = form.request()
            if result.seconds_per_kimg > 0:
                self._needs[_need_key(request.config, request.device)] = result
            line.show_need(result, request.config.kimg)


def _need_key(config: TrainConfig, device: Device) -> str:
    values = {k: v for k, v in asdict(config).items() if k not in _FREE_FIELDS}
    return repr((device, _threads(config), sorted(values.items(), key=str)))


def _threads(config: TrainConfig) -> int:
    return config.threads or window_threads()


def _memory_of(config: TrainConfig, device: Device) -> Need:
    """In a thread: the bytes a run takes, by arithmetic."""
    from sgviz.training.estimate import memory_needed

    return Need(memory_needed(config), 0.0, _free_on(device))


def pace_of(config: TrainConfig, device: Device, cancelled: Cancelled) -> Need | None:
    """In a thread: bytes and seconds, on a few real steps."""
    from sgviz.models.device import choose_device
    from sgviz.training.estimate import CancelledError, estimate

    try:
        found = estimate(config, choose_device(device), STEPS, cancelled=cancelled)
    except CancelledError:
        return None
    except MemoryError as error:
        raise ValueError("There is not enough memory for a single step.") from error
    return Need(found.bytes, found.seconds_per_kimg, _free_on(device))


def _free_on(device: Device) -> int | None:
    """Bytes that are free where the run would be."""
    from sgviz.models.device import choose_device, free_on_device

    found = free_on_device(choose_device(device))
    return free_memory() if found is None else found
