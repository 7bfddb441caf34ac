"""What makes a whole file unusable; each says what to do instead."""

from shared.errors import Fault, Invalid, Text, TooLarge


class SheetUnreadable(Invalid):
    """The file is no table that can be read: another format, damaged, or protected."""

    slug = "sheet-unreadable"
    title = Text("表格文件无法读取", "The table cannot be read")


class SheetTooLarge(TooLarge):
    """The file, or what it unpacks to, is over a stated limit."""

    slug = "sheet-too-large"
    title = Text("表格文件过大", "The table is too large")


def unreadable(zh: str, en: str, *, row: int | None = None) -> SheetUnreadable:
    """Return the problem, with the row that it was met in if there is one."""
    faults = () if row is None else (Fault(f"row {row}", Text(zh, en)),)
    return SheetUnreadable(f"{zh}。本次没有读取任何内容。", f"{en}.", faults=faults)


def too_large(zh: str, en: str, limit: int) -> SheetTooLarge:
    """Return the problem together with the limit."""
    return SheetTooLarge(f"{zh}。请拆分后分次上传。", f"{en}.", limit=limit)


def too_blank(row: int, limit: int) -> SheetTooLarge:
    """Return the problem of a sheet that somebody has coloured or framed down to its end."""
    return SheetTooLarge(
        f"到第 {row} 行为止，没有内容、只设了格式的空白行过多。"
        "请选中数据以下的空白行，用“删除行”删去（不是清除内容），保存后重新上传。",
        f"Too many formatted rows without content up to row {row}: delete them and save again.",
        limit=limit,
    )


def damaged() -> SheetUnreadable:
    """Return the problem of a workbook that is not put together as it should be."""
    return unreadable(
        "xlsx 文件已损坏或不完整，请用表格软件打开后另存为 .xlsx 再上传",
        "The xlsx file is damaged: open it and save it again as .xlsx",
    )


def encrypted() -> SheetUnreadable:
    """Return the problem of a workbook behind a password."""
    return unreadable(
        "文件设有打开密码，请取消密码后重新上传",
        "The file is protected by a password: remove it and send the file again",
    )
