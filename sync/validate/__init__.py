"""What is wrong in a row, as findings: nothing here changes a cell or asks anybody.

`validate_record` looks at one row, `question_of` turns a finding into a row of «Вопросы»,
`row_remark` into the short text of «Сигнал».
"""

from __future__ import annotations

from sync.validate.context import Context, context_of
from sync.validate.questions import is_asked, question_of, row_remark
from sync.validate.rows import validate_record

__all__ = ["Context", "context_of", "is_asked", "question_of", "row_remark", "validate_record"]
