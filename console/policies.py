"""`dondoc policies …`: the rules in force, and new versions of them."""

from getpass import getuser
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.table import Table
from rich.text import Text

from console.common import DEFAULT_DATA, REFUSED, Data, Json, fail, out, print_json, run
from console.entries import File, listed
from console.reach import record
from domain.policy import Policy
from domain.policy_changes import PolicyChange, changes_between
from domain.registries import administrator
from storage.reference import Reference, ReferenceCache, adopt_policies

policies = App(name="policies", help="Chính sách đôn đốc · the rules, with versions")


@policies.command(name="list")
def list_policies(*, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Các chính sách đang có hiệu lực · the policies in force."""
    reference = run(_reference(data))
    versions: dict[str, list[int]] = {code: [] for code in reference.policies}
    for policy in reference.policy_versions.values():
        versions[policy.code].append(policy.version)
    if as_json:
        print_json(
            [
                {
                    "policy": policy.label,
                    "name_vi": policy.name_vi,
                    "name_en": policy.name_en,
                    "versions": versions[code],
                }
                for code, policy in reference.policies.items()
            ]
        )
        return
    table = Table("Chính sách · policy", "Tên", "Name", "Các phiên bản · versions", box=None)
    for code, policy in reference.policies.items():
        table.add_row(policy.label, Text(policy.name_vi), Text(policy.name_en), ", ".join(map(str, versions[code])))
    out.print(table)


@policies.command
def show(
    policy: Annotated[str, Parameter(help="Mã, hoặc mã@phiên bản · code, or code@version")],
    *,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Một chính sách, bản đang có hiệu lực hoặc bản được nêu · a policy, as in force or at a version."""
    reference = run(_reference(data))
    found = reference.policy_versions.get(policy) or reference.policies.get(policy)
    if found is None:
        known = ", ".join(sorted(reference.policy_versions))
        fail(REFUSED, f"Không có chính sách {policy}. · There is no policy {policy}.", f"Có · known: {known}")
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    from domain.policy_document import as_yaml  # only now: the other commands here need no YAML

    out.print(Text(as_yaml(found)), soft_wrap=True)


@policies.command
def adopt(
    file: File,
    *,
    dry_run: Annotated[
        bool, Parameter("--dry-run", negative=(), help="Chỉ cho xem khác biệt · only show the difference")
    ] = False,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Đưa phiên bản mới vào hiệu lực, tất cả hoặc không · bring new versions into force, all or none."""
    wanted = listed(file, "policies", Policy, "code", lambda policy: policy.label)
    changes, adopted = run(_adopt(wanted, data, dry_run=dry_run))
    if as_json:
        print_json({"adopted": [] if dry_run else adopted, "changes": [change.model_dump() for change in changes]})
        return
    for change in changes:
        _tell(change)
    if dry_run:
        out.print("Chưa có gì thay đổi · nothing has been changed")
    else:
        out.print(f"Có hiệu lực · in force: {', '.join(adopted)}" if adopted else "Không có gì mới · nothing new")


async def _adopt(wanted: list[Policy], data: Path, *, dry_run: bool) -> tuple[list[PolicyChange], list[str]]:
    async with record(data) as pool:
        before = (await ReferenceCache(pool).current()).policies
        try:
            adopted = await adopt_policies(pool, wanted, administrator(getuser()), dry_run=dry_run)
        except ValueError as error:
            fail(REFUSED, f"Không thể đưa vào hiệu lực · cannot be brought into force: {error}")
        return changes_between(before, [policy for policy in wanted if policy.label in adopted]), adopted


async def _reference(data: Path) -> Reference:
    async with record(data) as pool:
        return await ReferenceCache(pool).current()


def _tell(change: PolicyChange) -> None:
    out.print(Text(f"{change.policy} ({change.before or 'mới · new'})", "bold"))
    table = Table("Trường · field", "Trước · before", "Sau · after", box=None)
    for field in change.fields:
        table.add_row(field.name, Text(field.before or "—"), Text(field.after or "—"))
    out.print(table)
