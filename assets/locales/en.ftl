# The words of the desk in English. Every key also stands in ja.ftl, with the same variables.

app-name = madoguchi
unknown = unknown
yes = yes
no = no
none = none
loading = reading…
nothing-to-copy = Nothing to copy here
notices-dropped = { $n } older notices dropped

age-now = now
age-minutes = { $n }m ago
age-hours = { $n }h ago
age-days = { $n }d ago

too-small = Please make the window larger: { $width }×{ $height } now, 80×24 needed
env-starting = STARTING
env-sandbox = SANDBOX
env-live = LIVE { $profile }
env-failed = NOT CONNECTED

# Tabs, groups, actions
tab-dashboard = Dashboard
tab-subscriptions = Subscriptions
tab-billing = Billing
tab-orders = Orders
tab-sim = SIM
tab-support = Support
group-find = Find
group-move = Move
group-list = Lists
group-customer = Customer
group-desk = Desk
action-search = Find a customer
action-search-short = Find
action-open = Open
action-back = Back, without effect
action-tab-dashboard = Go to Dashboard
action-tab-subscriptions = Go to Subscriptions
action-tab-billing = Go to Billing
action-tab-orders = Go to Orders
action-tab-sim = Go to SIM
action-tab-support = Go to Support
action-next-tab = Next tab
action-previous-tab = Previous tab
action-next-page = Next page of the tab
action-previous-page = Previous page of the tab
action-up = Up
action-down = Down
action-page-up = Page up
action-page-down = Page down
action-first = First row
action-last = Last row
action-sort-next = Sort by the next column
action-sort-reverse = Turn the order around
action-filter = Filter the list
action-mark = Mark the row and go down
action-mark-range = Mark from the last mark to here
action-mark-all = Mark all rows or none
action-columns = Choose columns, their order and the sort
action-views = Choose a view
action-export = Write the list to a file
action-copy-menu = Choose what to copy
action-detail = Show or hide the detail pane
action-detail-up = Scroll the details up
action-detail-down = Scroll the details down
action-wider = Larger detail pane
action-narrower = Smaller detail pane
action-copy = Copy the number under the cursor
action-read-line = Read this line from Freebit
action-refresh = Read again
action-reveal = Show or mask personal data
action-notices = Show the notices so far
action-help = What works here
action-palette = Find an action by name
action-language = Switch to Japanese
action-theme = Change the theme
action-repaint = Draw the screen again
action-suspend = Back to the shell for a while
action-quit = Leave the desk

# Hints: one word per key
hint-word-search = find
hint-word-open = open
hint-word-back = back
hint-word-move = move
hint-word-tabs = tabs
hint-word-sort = sort
hint-word-filter = filter
hint-word-detail = detail
hint-word-reveal = reveal
hint-word-mask = mask
hint-word-refresh = read again
hint-word-read-line = read line
hint-word-copy = copy
hint-word-help = help
hint-word-palette = actions
hint-word-quit = leave
hint-word-leave-box = leave the box
hint-word-back-to-customer = back to customer
hint-word-keep-filter = keep the filter
hint-word-drop-filter = drop the filter

# Search
search-label = Find
search-placeholder = name, phone, e-mail, customer or client number, invoice, order, case, EID, card number
search-help-title = What can be typed here
search-help-phone = Phone or line
search-help-phone-text = 090-1234-5678, +81 90 …, or the last 4 or more digits
search-help-name = Name
search-help-name-text = kanji, kana or letters, in either order
search-help-email = E-mail
search-help-email-text = the address or its beginning
search-help-customer = Customer
search-help-customer-text = C-000123, or a WHMCS client as #41
search-help-invoice = Invoice
search-help-invoice-text = the number, or inv:9001
search-help-order = Order
search-help-order-text = Salesforce's or WHMCS's number, or order:…
search-help-case = Case
search-help-case-text = the eight digits, or case:…
search-help-card = SIM
search-help-card-text = EID (32 digits), ICCID, or the card number AX…
search-hits = { $n ->
    [one] 1 customer
   *[other] { $n } customers
    }
search-asking = asking { $systems }…
search-no-hits = No customer found for this
search-no-answer = Nobody found so far: not every system could be asked
search-mend = Please mend what is wrong above
search-too-short = Go on typing: 2 letters or 4 digits at least
search-cannot = { $system } cannot search by { $what }
search-only-first = { $system } may have more than these: type a little more
search-newest = { $system } looked only at its newest { $n } records for { $what }
what-phone = phone
what-phone-tail = last digits
what-line-number = line
what-email = e-mail
what-name = name
what-kana = reading
what-customer-number = customer number
what-client-id = client number
what-invoice = invoice
what-order = order
what-whmcs-order = WHMCS order
what-case = case
what-eid = EID
what-iccid = ICCID
what-product-number = card number
what-record-id = record id
what-postal-code = postal code

# Faults and what to do
fault-unreachable = cannot be reached
fault-timeout = did not answer in time
fault-dropped = broke off while answering
fault-broken = is in trouble itself
fault-too-many = asks for fewer calls
fault-held = held back by the desk
fault-sign-in = refused the sign-in
fault-not-permitted = does not allow this
fault-not-found = has no such record
fault-refused = refused
fault-unreadable = gave an answer that cannot be read
hint-try-again = Read again
hint-wait = Wait a little, then read again
hint-wait-until = Next read allowed in { $n } s, at { $time }
hint-wait-over = Read again now
hint-check-credentials = Check the credentials
hint-ask-permission = Ask an administrator for permission
hint-allow-address = Ask an administrator to allow this address
hint-check-network = Check the network or VPN
hint-check-names = Check the configured field names

# Status bar
health-degraded = unsteady
health-down = down
never = never

# Dashboard
panel-customer = Customer
panel-tasks = To do
panel-summary = At a glance
panel-pay-methods = Pay methods
panel-eligibility = Internet eligibility
panel-verification = Residence card
panel-lines = Lines
panel-links = Links
panel-activity = Recent activity
panel-detail = Details
label-customer-number = Customer no.
label-client = WHMCS client
label-name = Name
label-email = E-mail
label-phone = Phone
label-address = Address
label-client-address = In WHMCS
label-birthdate = Born
label-status = Status
label-since = Since
label-note = Note
label-credit = Credit
summary-subscriptions = Active subscriptions
summary-unpaid = Unpaid invoices
summary-overdue = Overdue invoices
summary-orders = Open orders
summary-cases = Open cases
summary-next = Next due
summary-overdue-since = { $count } · { $sum } · oldest { $days }d
summary-sum = { $count } · { $sum }
nothing-due = nothing
no-tasks = Nothing to do
tasks-incomplete = May be incomplete: { $systems } could not be read
task-invoice-overdue = { $n ->
    [one] 1 invoice overdue
   *[other] { $n } invoices overdue
    }: { $sum }, oldest { $days } days
task-invoice-due = Invoice of { $sum } due { $date }
task-no-pay-method = No pay method on file
task-card-expiring = Card ends { $month }
task-card-expired = Card ended { $month }
task-order-in-progress = Order { $number } in progress, changed { $since }
task-order-in-review = Order { $number } waits for review, changed { $since }
task-order-failed = Order { $number } failed: { $code }
task-eligibility-pending = Eligibility check waits, asked { $since }
task-id-under-review = Residence card waits for review, sent { $since }
task-id-rejected = Residence card was rejected
task-id-missing = Order { $number } waits for a residence card
task-paid-not-delivered = PAID, NOT DELIVERED: order { $number }, { $sum }
task-data-run-out = No data left on { $line }
task-cancellation-scheduled = { $what } ends { $date }
task-ended-line-billed = Line { $line } has ended, but WHMCS bills it
task-onboarding = New customer: nothing ordered yet
drift-account-names-no-client = The account names no WHMCS client
drift-account-link-unreadable = The account's WHMCS link cannot be read: { $text }
drift-client-missing = WHMCS has no client { $id }, which the account names
drift-client-names-no-account = The WHMCS client names no customer number
drift-account-missing = The WHMCS client names { $number }, which no account has
drift-numbers-disagree = Customer numbers disagree: Salesforce { $salesforce }, WHMCS { $whmcs }
drift-several-accounts = { $n } accounts have this customer number
drift-several-clients = Several WHMCS clients for one customer: { $ids }
drift-lines-disagree = Line numbers disagree: WHMCS { $whmcs }, Salesforce { $salesforce }
links-fine = Salesforce and WHMCS agree
eligibility-not-requested = not requested
eligibility-pending = pending
eligibility-eligible = eligible
eligibility-ineligible = not available
verification-not-submitted = not submitted
verification-under-review = under review
verification-verified = verified
verification-rejected = rejected
pay-none = none on file
pay-ends = ends { $month }
pay-expired = expired { $month }
pay-soon = ends soon, { $month }
pay-unknown = end not known
lines-count = { $n ->
    [one] 1 line
   *[other] { $n } lines
    }, { $read } read from Freebit
lines-none = no lines
lines-locked-until = locked until { $time }
lines-locked = locked, end not known
lines-locked-word = Locked
lines-not-read = not read
data-run-out = no data left
active-line = in service

# Records screens
records-empty = Nothing here
records-filtered-empty = Nothing matches the filter. Enter looks for a customer by it.
records-no-source = Could not be read
records-partial = { $shown } of { $total } read
filter-near = Nothing holds these words; what comes near is shown
filter-unknown-field = There is no “{ $field }” here. There are: { $fields }
records-marked = { $n } marked
filter-label = Filter
filter-placeholder = words, field:value, field:>value, -without
column-id = No.
column-name = Name
column-kind = Kind
column-status = Status
column-price = Price
column-cycle = Cycle
column-next-due = Next due
column-line = Line
column-date = Date
column-due = Due
column-total = Total
column-paid = Paid
column-overdue = Overdue
column-system = System
column-number = Number
column-activation = Activation
column-what = What
column-placed = Placed
column-plan = Plan
column-network = Net
column-quota = Data left
column-card = Card
column-state = State
column-subject = Subject
column-priority = Priority
column-opened = Opened
column-changed = Changed
column-why = Why
column-from = From
label-group = Group
label-kind = Kind
label-registered = Registered
label-stage = Stage
label-suspension = Suspended because
label-no-suspend = Not suspended until
label-product-number = Card number
label-eid = EID
label-iccid = ICCID
label-number = Number
label-gateway = Gateway
label-credit-applied = Credit applied
label-last-capture = Last capture
label-days-overdue = Days overdue
label-error = Error
label-scheduled = Scheduled
label-whmcs-order = WHMCS order
label-salesforce-order = Salesforce order
label-invoice = Invoice
label-payment = Payment
label-sim-type = SIM type
label-port-in = Port-in number
label-port-in-reservation = Reservation
label-port-in-expires = Reservation ends
label-created = Placed
label-modified = Changed
label-total = Total
label-cancels = Internet ends
label-sim-cancels = SIM ends
label-notice = Notice
label-service = WHMCS service
label-card-status = Card status
label-size = Size
label-started = In service since
label-voice = Voice
label-sms = SMS
label-voice-mail = Voice mail
label-call-waiting = Call waiting
label-roaming = Roaming calls
label-quota = Data left
label-used-today = Used today
label-used-days = Last days
label-throttled = Slowed down
label-lock = Locked by
label-lock-until = Locked until
label-origin = Origin
label-owner = Owner
label-last-reply = Last reply
label-label = Label
label-plan = Plan
label-network = Network
label-line = Line
label-price = Price
label-cycle = Cycle
label-next-due = Next due
label-date = Date
label-due = Due
label-paid = Paid
label-subject = Subject
label-priority = Priority
label-opened = Opened
section-line = Line (Freebit)
section-card = Card
section-voice = Options
section-data = Data
section-service = Subscription (WHMCS)
section-opportunity = Opportunity (Salesforce)
section-items = Items
section-fields = Fields
section-port-in = Port-in
section-pay-methods = Pay methods
line-not-read = Not read yet: { $open } reads it ({ $read } again later); Freebit allows one line at a time.
status-pending = Pending
status-active = Active
status-completed = Completed
status-suspended = Suspended
status-terminated = Terminated
status-cancelled = Cancelled
status-fraud = Fraud
status-draft = Draft
status-unpaid = Unpaid
status-paid = Paid
status-refunded = Refunded
status-collections = Collections
status-payment-pending = Payment on its way
status-pending-review = Pending review
status-approved = Approved
status-processed = Processed
status-reactivate = To be retried
status-not-started = Not started
status-activating = Activating
status-activated = Activated
status-failed = Failed
status-scheduled = Scheduled
status-waiting = Waiting
status-temporary = Temporary
status-ended = Ended
kind-internet = Internet
kind-sim = SIM
kind-vpn = VPN
kind-other = Other
support-case = Case
support-ticket = Ticket

# SIM: lines, operations, profiles, usage
page-usage = Usage
line-reads = { $left } of { $most } reads left
line-unknown-there = not at Freebit
section-operation = Operation (Freebit)
section-profile = eSIM profile
label-opportunity = Opportunity
label-lock-usual = Usually
label-profile = State
label-top-up = Top-up
label-top-ups = Top-ups
operation-registration = Registration with the carrier
operation-network = Change of 4G/5G
operation-voice-options = Change of voice options
operation-plan = Change of plan
operation-cancellation = Cancellation
operation-none = Nothing is running, nothing is planned
operation-planned = { $what } takes effect on { $when }
lock-over = { $time }, should be over: read again
lock-usual = { $n } minutes
lock-means = Until it is over Freebit refuses every other change; it cannot be called off.
quota-of-plan = { $left } of { $plan }
quota-over-plan = { $left }, more than the plan's { $plan }
quota-of-unknown = { $left } (plan size not known)
top-ups-none = none
top-up-expires = until { $day }
top-up-expired = expired { $day }
card-not-in-inventory = not in the inventory
profile-requested = requested, not confirmed by the carrier
profile-confirmed = carrier confirmed
profile-limits = Whether the phone has downloaded it is not known to any system.
port-in-left = { $n ->
    [one] 1 day left
   *[other] { $n } days left
    }, last day { $day }
port-in-last-day = ends today, { $day }
port-in-over = over since { $day }
disagree-number = { $what } differs: { $values }
disagree-kind = Freebit says { $freebit }, Salesforce says { $salesforce }
disagree-ended-billed = The line has ended, but WHMCS bills it
disagree-active-unbilled = The line works, but WHMCS has ended the service
usage-today = Today { $today }
usage-sum = Today { $today } · { $days } days before: { $sum }
usage-sum-at-least = Today { $today } · { $days } days before: at least { $sum }
usage-unknown = Freebit did not tell the usage
usage-line-of = line { $at } of { $of }

# Days in words
day-words = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
    }
day-words-year = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
    } { $year }
days-today = today
days-tomorrow = tomorrow
days-yesterday = yesterday
days-ahead = in { $n } days
days-ago = { $n } days ago
left-minutes = in { $m } min
left-hours = in { $h } h { $m } min
weekday-mon = Mon
weekday-tue = Tue
weekday-wed = Wed
weekday-thu = Thu
weekday-fri = Fri
weekday-sat = Sat
weekday-sun = Sun

# Overlays
help-title = What works here
help-more = All actions: { $key }
palette-title = Actions
palette-placeholder = type a few letters
palette-empty = No such action
palette-not-here = needs an open customer
palette-needs-list = needs a list
notices-title = Notices
notices-empty = No notices so far

# Notices
notice-environment-failed = The systems could not be started: { $why }
notice-system-down = { $system } is down
notice-system-back = { $system } is back
notice-copied = Copied to the clipboard
notice-copy-too-long = That is too long for the clipboard
notice-copied-personal = Copied; this was written to the audit log
notice-revealed = Personal data is shown; this was written to the audit log
notice-masked = Personal data is masked
notice-sandbox = Invented customers. Faults and the clock are switched at { $control }
notice-theme = Theme: { $name }
notice-audit-failed = The audit log cannot be written, so personal data stays masked
notice-task-panicked = A part of the desk failed unexpectedly; the log says where

# What is wrong with what was typed, and what would be right
problem-not-digits = { $what }: only digits, please
problem-length = { $what }: { $expected } digits are needed, { $got } were typed
problem-iccid-prefix = An ICCID starts with 89
problem-iccid-check = ICCID: the check digit is missing or wrong; the last digit would be { $last }, or { $added } would follow
problem-iccid-for-eid = This is an ICCID, the card's number; an EID has 32 digits
problem-eid-check = EID: a digit is wrong; these 30 digits would end in { $expected }
problem-product-number = A card number is two capital letters and 13 digits, like AX0000000000001
problem-imei = This is an IMEI, the device's number; search by phone number, EID or card number
problem-activation-code = This is an eSIM activation code, a secret that is not searched for; use the phone number or EID
problem-number-expected = A number belongs after this word, like { $example }
problem-email = An e-mail address looks like name@example.jp
problem-customer-number = A customer number looks like { $example }
problem-unknown-length = No number here has { $got } digits: phones have 10, 11 or 14, ICCIDs 18 to 20, EIDs 32
problem-record-id-length = A Salesforce id has 15 or 18 characters
problem-record-id-characters = A Salesforce id has only letters and digits
problem-record-id-suffix = A character of this Salesforce id is wrong: its last three do not fit the others
problem-not-a-phone = A phone number has digits, blanks, hyphens, dots, parentheses and perhaps a leading +
problem-phone-prefix = A whole phone number starts with 0, or with + and a country code
problem-phone-eleven = A number starting with { $prefix } has 11 digits, { $got } were typed
problem-phone-length = A phone number in Japan has 10 or 11 digits (14 after 0200), { $got } were typed
problem-phone-foreign = An international number has 7 to 15 digits after the +, { $got } were typed

# Pages of the tabs
page-overview = Overview
page-subscriptions = Services
page-invoices = Invoices
page-orders = Orders
page-lines = Lines
page-support = Cases and tickets

# The board of the shift and its queues
span-minutes = { $n }m
span-hours = { $n }h
span-days = { $n }d
answer-in = in { $age }
answer-late = { $age } late
board-title = What waits
page-queue = Queue
column-queue = Queue
column-count = Waiting
column-oldest = Oldest
column-read = Read
column-waiting = Waiting
column-answer = Answer owed
column-owner = Owner
queue-orders-in-review = Orders to review
queue-orders-stuck = Orders stuck
queue-orders-failed = Orders failed
queue-id-waiting = Residence cards to check
queue-eligibility-waiting = Internet checks to do
queue-cases-mine = Cases: mine
queue-cases-unassigned = Cases: nobody's yet
queue-cases-breaching = Cases: answer overdue or soon
queue-cases-open = Cases: all open
queue-follow-ups-due = My promises due
queue-tickets-awaiting = Tickets awaiting reply
queue-invoices-overdue = Invoices overdue
queue-whmcs-orders-pending = WHMCS orders not accepted
queue-module-failures = Module commands failed
queue-nobody = The system does not say whose this is
queue-of = { $queue } · { $at } of { $all }
action-board = What waits
action-history-back = Back to where I was
action-history-forward = Forward again
hint-word-board = what waits
hint-word-next-queue = queues

# Billing
page-transactions = Transactions
page-credits = Credits
page-pay-methods = Pay methods
page-emails = E-mails
page-months = Months
action-as-text = Show as plain text
column-in = In
column-out = Out
column-fee = Fee
column-invoice = Invoice
column-invoices = Invoices
column-gateway = Gateway
column-reference = Reference
column-amount = Amount
column-balance = Balance
column-days-overdue = Late
column-brand = Brand
column-last-four = Last 4
column-expires = Ends
column-charged = Charged
column-to = To
column-month = Month
column-billed = Billed
column-open = Open
column-refunded = Refunded
label-received = Received
label-paid-out = Paid out
label-fee = Fee
label-reference = Reference
label-description = Description
label-amount = Amount
label-balance = Left to pay
label-subtotal = Without tax
label-tax = Tax
label-paid-sum = Paid so far
label-pay-method = Pay method
label-reason = Reason
section-transaction = Transaction (WHMCS)
section-credit = Credit entry (WHMCS)
section-pay-method = Pay method (WHMCS)
section-email = E-mail (WHMCS)
section-email-body = What it says
section-month = Month
section-invoices = Its invoices
section-charged = Would be charged
section-sum = Sum
section-payments = Payments
section-notes = Notes of the office
section-rule = Rule
days-short = { $n } d
credit-left = Credit left
pay-kind-card = Card
pay-kind-bank = Bank account
pay-default-assumed = default, assumed
pay-default-why = The first on file. WHMCS does not say which one is the default.
pay-no-card-number = The customer changes it in the client area. Never take card numbers by phone.
expiry-good = good
expiry-soon = ends soon
expiry-expired = expired
expiry-none = does not end
email-sent = Sent
email-pending = Waiting
email-failed = Failed
email-no-reason = WHMCS gives no reason
email-no-body = WHMCS kept no text
email-body-masked = Hidden: it may hold a password or a link that signs in. { $key } shows it.
months-partial = Counted over { $shown } of { $total } invoices
months-open = { $billed }, { $open } open
invoice-immutable = WHMCS 9: a published invoice cannot be changed. Corrections are credit or debit notes.
invoice-items-unknown = What it is for was not read
invoice-no-items = No items
invoice-no-payments = No payment on it
text-copy = { $key } copies this, Esc closes
# Reading aloud
action-read-aloud = Read aloud
aloud-title = Read aloud
aloud-never = Never read this out: whoever hears it can take the line.
aloud-nothing = There is nothing to read out here.
label-name-kana = Kana
label-name-romaji = Letters
label-copied = This

# Lists: copying, columns, views, files
copy-title = Copy
copy-number = Number
copy-row = Whole row, tabs between cells
choice-placeholder = words to find
choice-empty = Nothing like that
columns-title = Columns
columns-column = Column
columns-sorted = Sorted
columns-ascending = smallest first
columns-descending = largest first
columns-keys = Space show · J K move · s sort · Enter take it · Esc leave it
views-title = Views
view-plain = As it comes
view-active = Active
view-unpaid = Unpaid, the oldest due first
view-failed = Failed
export-title = Write to a file
export-rows = Rows
export-shown = shown ({ $n })
export-all = all ({ $n })
export-marked = marked ({ $n })
export-format = Form
export-path = File
export-path-help = A file that is there already is not overwritten.
export-reason = Reason
export-reason-help = Written into the audit log with your name.
export-help-masked = Personal data stays masked in the file.
export-help-revealed = Personal data is shown now, and will stand in the file.
export-missing = Needed here
notice-exported = Written to { $path }
notice-export-exists = { $path } is there already and was not overwritten
notice-export-failed = { $path } could not be written
# Support: cases, tickets, promises
page-promises = Promises
support-order = Order
support-promise = Promise
support-also-open = Also open
support-nothing-else = Nothing else is open
support-overdue = { $number } · { $sum } · { $days } days overdue
support-description = What it is about
support-talk = What was said
support-talk-unread = Read when the cursor rests here
support-talk-empty = Nothing was said yet
support-history = Changes
support-history-partial = Of this customer's { $total } changes the newest { $shown } were read
support-files = Files: { $names }
talk-email-in = e-mail in
talk-email-out = e-mail out
talk-email-draft = e-mail draft, not sent
talk-note = INTERNAL note
talk-internal = INTERNAL comment
talk-customer = customer
talk-comment = our comment
talk-reply = our reply
owner-me = me
owner-queue = queue
answer-held = clock stopped
answer-held-while = The clock is stopped while it is “{ $status }”
answered = answered
answered-late = answered { $age } late
answer-closed = nothing: closed
answer-none = nothing is promised
answer-from-opening = Counted from the opening: what was said since then is not read
change-created = { $who } created it
change-untold = { $who } changed { $field }
change-set = { $who } set { $field } to { $new }
change-cleared = { $who } cleared { $field }, it was { $old }
change-from-to = { $who } changed { $field } from { $old } to { $new }
column-promised = Promised
column-written = Written
promise-late = { $n }d LATE
promise-today = today
promise-in = in { $n }d
promise-no-day = no day said
