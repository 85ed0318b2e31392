"""`python -m sheetcrm` is the installed command."""

from sheetcrm import main

raise SystemExit(main())
