from __future__ import annotations

import asyncio

from emulator.journal.group import Group, Job, Removal
from emulator.record import DeliveryState
from tests.helpers.records import attempt, delivery, notification, run, settled


def test_what_is_put_repeatedly_comes_down_to_its_last_form() -> None:
    done = delivery(1, state=DeliveryState.DELIVERED)
    group = Group.gather(
        [(run(), delivery(1), delivery(2)), (attempt(), done), (settled(),), (notification(),)]
    )
    assert list(group.deliveries.values()) == [done, delivery(2)]
    assert list(group.runs.values()) == [settled()]
    assert group.attempts == [attempt()]
    assert list(group.notifications.values()) == [notification()]
    assert group.count == 7
    assert not group.full


def test_a_group_is_cut_by_number_and_by_size() -> None:
    many = iter([(attempt(),)] * 600)
    assert Group.gather(many).count == 512
    assert Group.gather(many).count == 88
    assert Group.gather([(attempt(body=b"x" * (5 << 20)),)] * 4).count == 2


def test_records_put_together_are_of_one_group() -> None:
    pairs = iter([(attempt(), delivery(1), delivery(2))] * 200)
    assert Group.gather(pairs).count == 513
    assert Group.gather(pairs).count == 87
    assert Group.gather([(attempt(body=b"x" * (5 << 20)),) * 4]).count == 4


async def test_what_follows_a_removal_is_of_another_group() -> None:
    removal = Removal("run_1", asyncio.get_running_loop().create_future())
    items = iter(((attempt(),), removal, (attempt(),)))
    first, second = Group.gather(items), Group.gather(items)
    assert (first.count, first.removal, first.full) == (2, removal, True)
    assert (second.count, second.removal) == (1, None)


def test_a_job_is_no_record() -> None:
    job = Job(print)
    group = Group.gather([job])
    assert group.jobs == [job]
    assert not group.records
    assert not Group.gather([]).records
