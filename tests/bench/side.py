"""The process of one sample: does a job twice, small and then whole, and prints what the second one took.

The first warms up what a process pays for once: imports, compiled patterns, the allocator.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from importlib import import_module
from typing import Any

from tests.bench.loop import new_event_loop

WARMUP = 100


async def _measured(job: Any, options: dict[str, Any]) -> dict[str, Any]:
    began_cpu, began = time.process_time(), time.perf_counter()
    due_ns = await job(**options)
    return {
        "cpu_s": time.process_time() - began_cpu,
        "wall_s": time.perf_counter() - began,
        "due_ns": due_ns,
    }


async def _main(name: str, options: dict[str, Any]) -> dict[str, Any]:
    module, function = name.split(".")
    job = getattr(import_module(f"tests.bench.{module}"), function)
    if "every_s" not in options:
        await job(**{**options, "times": min(WARMUP, options["times"])})
    return await _measured(job, options)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        print(json.dumps(runner.run(_main(sys.argv[1], json.loads(sys.argv[2])))))
