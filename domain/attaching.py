"""Files on a directive: which may be attached, and under which names."""

from domain.audience import informed_of
from domain.commands import Attach
from domain.decision import Decided, Decision
from domain.event_values import Actor
from domain.events import FileAttached
from domain.facts import Facts
from domain.files import KINDS, MOST_ATTACHED, extension_of
from domain.refusals import Code, refuse
from domain.state import DirectiveState


def attach(state: DirectiveState, command: Attach, actor: Actor, facts: Facts) -> Decision:
    """Size and media type come from the upload, never from the command: they are facts, not claims."""
    uploaded, name = facts.uploads.get(command.sha256), command.file_name
    if uploaded is None:
        return refuse(Code.UNKNOWN_FILE, sha256=command.sha256)
    endings = KINDS[uploaded.media_type].extensions
    if extension_of(name) not in endings:
        return refuse(Code.FILE_NAME_REFUSED, file_name=name, media_type=uploaded.media_type, extensions=endings)
    if any((one.sha256, one.name) == (command.sha256, name) for one in state.attachments):
        return refuse(Code.FILE_ALREADY_ATTACHED, file_name=name)
    if len(state.attachments) >= MOST_ATTACHED:
        return refuse(Code.TOO_MANY_FILES, limit=str(MOST_ATTACHED))
    event = FileAttached(
        informs=informed_of("FileAttached", state, actor.user, facts.directory),
        sha256=uploaded.sha256,
        name=name,
        size=uploaded.size,
        media_type=uploaded.media_type,
        note=command.note,
    )
    return Decided(actor, (event,))
