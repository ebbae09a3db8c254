"""Two things done at once, each by a thread with a connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections


class Together:
    """The second begins once the first has come to where it holds on, there to let the second go first.

    In vain where the first has locked before whatever both want: it goes on after a second.
    """

    def __init__(self) -> None:
        self._came, self._done, self._outcomes = threading.Event(), threading.Event(), dict[str, str]()

    def held_before(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def held(*args: Any, **kwargs: Any) -> Any:
            self._hold()
            return step(*args, **kwargs)

        return held

    def held_after(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def held(*args: Any, **kwargs: Any) -> Any:
            done = step(*args, **kwargs)
            self._hold()
            return done

        return held

    def _hold(self) -> None:
        if not self._came.is_set():  # whoever comes first, once
            self._came.set()
            self._done.wait(1)

    def do(self, first: Callable[[], Any], second: Callable[[], Any]) -> list[str]:
        """What came of both, in their order: `done`, or what was raised."""
        threads = [threading.Thread(target=self._do, args=each) for each in (("1", first), ("2", second))]
        threads[0].start()
        assert self._came.wait(10), "the first never came to where it holds on"
        threads[1].start()
        for thread in threads:
            thread.join(30)
        return [self._outcomes.get(name, "never ended") for name in ("1", "2")]

    def _do(self, name: str, step: Callable[[], Any]) -> None:
        try:
            step()
            self._outcomes[name] = "done"
        except Exception as error:
            self._outcomes[name] = f"{type(error).__name__}: {error}"
        finally:
            self._came.set()
            if name == "2":
                self._done.set()
            connections.close_all()
