"""Russian words of the texts: what happened, then what to do."""

from __future__ import annotations

from model.texts.names import Text

WORDS: dict[Text, str] = {
    Text.NOT_A_WORKBOOK: (
        "«{name}» - не книга Excel (xlsx): похоже, это {found}. Файл не тронут. "
        "Откройте его в своей программе и сохраните как «Книга Excel (.xlsx)»."
    ),
    Text.HALF_COPIED: (
        "«{name}» записан не до конца ({detail}). Файл не тронут. "
        "Подождите, пока он докопируется, или верните копию: sheetcrm backup list"
    ),
    Text.ENCRYPTED: (
        "«{name}» закрыт паролем на открытие. Файл не тронут. "
        "Снимите пароль: «Файл», «Сведения», «Защита книги», и сохраните. "
        "Если книга должна быть под паролем, назовите его: sheetcrm protect --book КНИГА"
    ),
    Text.WRONG_PASSWORD: (
        "«{name}» закрыт другим паролем, не тем, что вы мне назвали. Файл не тронут, остальные "
        "книги работают. Назовите новый: sheetcrm protect --book КНИГА"
    ),
    Text.HOSTILE: (
        "«{name}» не похож на обычную книгу: {detail}. Читать не стал. "
        "Если файл прислали со стороны - не открывайте его."
    ),
    Text.ODD_WORKBOOK: (
        "«{name}» устроен необычно: {detail}. Писать в него не стал, файл не тронут. "
        "Пересохраните книгу в Excel или LibreOffice и повторите."
    ),
    Text.WORKBOOK_GONE: (
        "Не нашёл «{name}» на месте: {path}. Верните файл или восстановите: sheetcrm backup list"
    ),
    Text.WORKBOOK_BUSY: (
        "Файл занят: «{name}» открыт в {program} ({user}) с {since}. "
        "Прочитаю сохранённое, запишу, когда книгу закроют."
    ),
    Text.WORKBOOK_CHANGED: (
        "«{name}» сохранили, пока я считал. Ничего не потеряно, прочитаю ещё раз."
    ),
    Text.CANNOT_READ: (
        "Не могу прочитать «{name}»: {reason}. Файл не тронут, попробую ещё раз сам. "
        "Если не проходит, устраните причину и повторите: sheetcrm sync"
    ),
    Text.FILE_REFUSED: (
        "Система не даёт работать с «{name}»: {reason}. "
        "Ничего не потеряно: устраните причину и повторите команду."
    ),
    Text.FILE_LOCKED: ("«{name}» сейчас держит другая программа. Запишу, когда она его отпустит."),
    Text.CANNOT_WRITE: (
        "Не могу записать «{name}»: {reason}. Прежний файл цел. Устраните причину и повторите."
    ),
    Text.NOT_OUR_WORKBOOK: (
        "«{name}» - книга не этой команды: в ней нет нашей метки или метка чужая. "
        "Файл не тронут. Верните свою книгу: sheetcrm backup list"
    ),
    Text.SHEET_GONE: (
        "В «{name}» нет листа «{sheet}». Книгу не трогаю: пропавший лист - не повод всё удалить. "
        "Верните лист отменой в Excel или копию книги: sheetcrm backup list. "
        "Если программу только что обновили: sheetcrm upgrade"
    ),
    Text.KEYS_LOST: (
        "В «{name}» на листе «{sheet}» пропали скрытая первая строка и заголовки. "
        "Не понимаю, где какой столбец, и книгу не трогаю. "
        "Отмените последнее действие или верните копию: sheetcrm backup list"
    ),
    Text.ALREADY_RUNNING: (
        "Программа уже работает с этой командой (компьютер {host}, процесс {pid}, с {since}). "
        "Второй запуск не нужен: sheetcrm status"
    ),
    Text.LEASE_LOST: (
        "С командой теперь работает другой запуск (компьютер {host}, процесс {pid}, с {since}). "
        "Этот остановлен и ничего не записал. Кто работает: sheetcrm status"
    ),
    Text.WRONG_PLACE_FOR_STORE: (
        "База не может лежать здесь: {path} - это {what}. Там её портит обмен файлами. "
        "Положите её на диск этого компьютера: --state {instead}"
    ),
    Text.UNKNOWN_TEAM: (
        "Не вижу здесь папки команды: {path}. Укажите её: sheetcrm sync ПАПКА, "
        "или создайте: sheetcrm init ПАПКА"
    ),
    Text.SEVERAL_TEAMS: "Команд на этом компьютере несколько: {teams}. Добавьте --team ПАПКА",
    Text.FOLDER_TAKEN: (
        "Папка {path} не пустая. Ничего не менял. Возьмите другую: sheetcrm init НОВАЯ_ПАПКА"
    ),
    Text.UNKNOWN_SETTING: (
        "В {path} неизвестная настройка «{key}». Может быть, «{nearest}»? Исправьте и повторите."
    ),
    Text.WRONG_SETTING: (
        "В {path} настройка «{key}»: «{value}» не подходит, нужно {wanted}. Исправьте и повторите."
    ),
    Text.NO_SUCH_PERSON: "Не понял, кто это: «{value}». Есть: {known}",
    Text.WRONG_MONTH: "Не понял месяц «{value}». Напишите так: --month 2026-03",
    Text.WRONG_PERIOD: (
        "Не понял период «{value}». Напишите так: --quarter 2026-Q1, --year 2026 "
        "или --from 2026-01-01 --to 2026-03-31"
    ),
    Text.NOT_SENT: "Письмо {to} не ушло: {reason}. Проверьте mail_host в sheetcrm.toml и адрес",
    Text.NO_MAIL: (
        "Почту «{source}» прочитать не смог: {reason}. Письма на сервере целы, попробую ещё раз. "
        "Пароль берётся из связки ключей или переменной {name}"
    ),
    Text.PORT_TAKEN: (
        "Не могу принимать заявки на {host}:{port}: {reason}. "
        "Укажите другой intake_port в sheetcrm.toml и повторите."
    ),
    Text.UNKNOWN_MANAGER: "Не нашёл менеджера «{value}». Есть: {known}",
    Text.WRONG_ANSWER: "Не понял {option} «{value}». {wanted}.",
    Text.WRONG_PLACE: "Не нашёл {what} «{value}». Проверьте написание.",
    Text.UNREADABLE_INPUT: (
        "Не смог прочитать «{name}»: {reason}. Ничего не загружено. "
        "Сохраните таблицу как xlsx или csv и повторите."
    ),
    Text.COLUMNS_NOT_FOUND: (
        "В «{name}» не нашёл столбцов для «{kind}»: нужны {wanted}, в файле {found}. "
        "Ничего не загружено. Переименуйте заголовки и повторите."
    ),
    Text.STORE_DAMAGED: (
        "База {path} повреждена ({detail}). Книги не тронуты. "
        "Верните копию базы из папки копий и повторите: sheetcrm sync"
    ),
    Text.STORE_BUSY: (
        "База {path} занята другой программой. Ничего не менял. "
        "Подождите минуту и повторите: sheetcrm sync"
    ),
    Text.STORE_TOO_NEW: (
        "База {path} обновлена более новой версией программы. Ничего не менял. "
        "Обновите программу: pip install --upgrade sheetcrm"
    ),
    Text.GOOGLE_AWAY: (
        "Google не отвечает на «{name}»: {reason}. Ничего не потеряно, попробую ещё раз сам."
    ),
    Text.GOOGLE_DENIED: (
        "Google не пускает меня в «{name}». Откройте таблицу, «Настройки доступа», и дайте права "
        "редактора адресу {robot}. Проверить: sheetcrm google status"
    ),
    Text.GOOGLE_REFUSED: (
        "Google не принял запись в «{name}»: {reason}. В таблице ничего не изменилось."
    ),
    Text.LIVE_BUSY: "«{name}» открыта в {program}: {why}. Запишу, когда освободится.",
    Text.LIVE_UNSETTLED: (
        "{program} не ответил, дошла ли запись в открытую книгу «{name}». "
        "Ничего делать не надо: следующий проход прочитает её и поймёт."
    ),
    Text.GOOGLE_UNSETTLED: (
        "Связь с Google оборвалась, пока я записывал «{name}». "
        "Дошла ли запись, увижу при следующем чтении, дважды не запишу."
    ),
    Text.GOOGLE_KEY: (
        "Ключ Google не подходит: {reason}. Как получить ключ, по шагам: sheetcrm google setup"
    ),
    Text.BOOK_UNREAD: (
        "В «{name}» есть правки, которых я ещё не читал. Сначала sheetcrm sync, потом повторите."
    ),
    Text.SERVICE_REFUSED: (
        "Система не приняла службу: {program} ответила «{reason}». "
        "Пока можно так: sheetcrm sync --watch"
    ),
    Text.SERVICE_UNKNOWN: (
        "На {system} службу ставить не умею. Запускайте сами при старте: sheetcrm sync --watch"
    ),
    Text.BACKUP_DAMAGED: (
        "Копия в {path} повреждена ({detail}). Книги не тронуты. "
        "Возьмите соседнюю копию: sheetcrm backup list"
    ),
    Text.NO_KEY: (
        "Нет ключа, которым запечатывают копии. Ничего не отправил. "
        "Сделайте ключ и запишите его фразу: sheetcrm backup seal"
    ),
    Text.WRONG_PHRASE: (
        "Фраза не подходит: {detail}. Ничего не менял. "
        "Сверьте её с листком: семь групп по четыре знака, «О» и ноль - одно и то же"
    ),
    Text.NO_KEYRING: (
        "Хранилище паролей этой машины не отвечает, а пароль книги лежит только в нём. Ничего не "
        "менял. Войдите в систему под тем, от чьего имени работает программа, или разрешите "
        "держать пароль в файле, который читает только он: sheetcrm protect --in-file"
    ),
    Text.BOOKS_NOT_WRITTEN: (
        "Удаление ждёт: {names} - книга открыта, остановлена или не читается. Закройте её и "
        "продолжите: sheetcrm erase --go-on"
    ),
    Text.NEVER_UNDONE: (
        "Действие {number} - удаление данных клиента. Отменить его нельзя: возвращать нечего."
    ),
    Text.NOT_ALLOWED: (
        "{who} ({role}) не может выгружать «{sheet}». Ничего не выгрузил. "
        "Разрешить: лист «Доступ», столбец «Выгрузка»"
    ),
    Text.NOT_REHEARSED: (
        "Старые копии не трогаю: восстановление не проверено с {since}. "
        "Проверьте, потом повторите: sheetcrm backup rehearse"
    ),
    Text.PLACE_AWAY: (
        "Вторая копия: папка {path} недоступна ({reason}). Копии на этой машине целы. "
        "Подключите диск и повторите: sheetcrm backup place"
    ),
    Text.A_COPY: "копию",
    Text.A_SHEET: "лист",
    Text.A_ROW_OF_COPY: "эти строки в копии",
    Text.A_MOMENT: "такое время: 12.03 14:00, вчера 18:00 вместо",
    Text.A_CLIENT: "клиента",
    Text.A_JOINED_CLIENT: "объединённого клиента",
    Text.A_CLIENT_APART: "отдельного клиента",
    Text.A_BATCH: "действие",
    Text.A_CELL: "ячейку",
    Text.A_COLUMN: "столбец",
    Text.A_QUESTION: "вопрос",
    Text.A_PERSON: "сотрудника",
    Text.A_DEAL: "сделку",
    Text.A_SCHEME: "схему зарплаты («Настройки», «Мотивация») для",
    Text.A_CLOSED_MONTH: "законченный месяц",
    Text.A_BOOK: "книгу",
    Text.AN_ANSWER: "такой ответ: да, нет, позже, отменить или № клиента вместо",
}
