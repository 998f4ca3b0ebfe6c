//! Which action is whose: the one table of names.

use super::api::Ask;
use super::db::Db;
use super::reply::Answer;
use super::{
    billing, bills, checkout, clients, invoices, mail, modules, orders, payments, replies, services, support, system,
    upgrade,
};

/// How an action runs.
#[derive(Clone, Copy)]
pub(super) enum Run {
    /// Looks only.
    Read(fn(&Db, &Ask) -> Answer),
    /// Changes something.
    Write(fn(&mut Db, &Ask) -> Answer),
    /// There is no such action.
    Unknown,
}

/// Finds an action by its name in lower case.
pub(super) fn find(name: &str) -> Run {
    ACTIONS.iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).map_or(Run::Unknown, |(_, run)| *run)
}

const ACTIONS: &[(&str, Run)] = &[
    ("AcceptOrder", Run::Write(checkout::accept_order)),
    ("AddBillableItem", Run::Write(bills::add_billable_item)),
    ("AddCancelRequest", Run::Write(services::add_cancel_request)),
    ("AddClientNote", Run::Write(clients::add_client_note)),
    ("AddCredit", Run::Write(payments::add_credit)),
    ("AddInvoicePayment", Run::Write(payments::add_invoice_payment)),
    ("AddOrder", Run::Write(checkout::add_order)),
    ("AddTicketNote", Run::Write(replies::add_ticket_note)),
    ("AddTicketReply", Run::Write(replies::add_ticket_reply)),
    ("ApplyCredit", Run::Write(payments::apply_credit)),
    ("CancelOrder", Run::Write(checkout::cancel_order)),
    ("CapturePayment", Run::Write(payments::capture_payment)),
    ("CreateInvoice", Run::Write(bills::create_invoice)),
    ("GetActivityLog", Run::Read(system::get_activity_log)),
    ("GetAdminDetails", Run::Read(system::get_admin_details)),
    ("GetAdminUsers", Run::Read(system::get_admin_users)),
    ("GetAutomationLog", Run::Read(system::get_automation_log)),
    ("GetCancelledPackages", Run::Read(services::get_cancelled_packages)),
    ("GetClients", Run::Read(clients::get_clients)),
    ("GetClientsAddons", Run::Read(services::get_clients_addons)),
    ("GetClientsDetails", Run::Read(clients::get_clients_details)),
    ("GetClientsProducts", Run::Read(services::get_clients_products)),
    ("GetContacts", Run::Read(clients::get_contacts)),
    ("GetCredits", Run::Read(billing::get_credits)),
    ("GetCurrencies", Run::Read(billing::get_currencies)),
    ("GetEmailTemplates", Run::Read(mail::get_email_templates)),
    ("GetEmails", Run::Read(mail::get_emails)),
    ("GetInvoice", Run::Read(invoices::get_invoice)),
    ("GetInvoices", Run::Read(invoices::get_invoices)),
    ("GetModuleQueue", Run::Read(services::get_module_queue)),
    ("GetOrderStatuses", Run::Read(orders::get_order_statuses)),
    ("GetOrders", Run::Read(orders::get_orders)),
    ("GetPayMethods", Run::Read(billing::get_pay_methods)),
    ("GetPaymentMethods", Run::Read(billing::get_payment_methods)),
    ("GetProducts", Run::Read(services::get_products)),
    ("GetStaffOnline", Run::Read(system::get_staff_online)),
    ("GetStats", Run::Read(system::get_stats)),
    ("GetSupportDepartments", Run::Read(support::get_support_departments)),
    ("GetSupportStatuses", Run::Read(support::get_support_statuses)),
    ("GetTicket", Run::Read(support::get_ticket)),
    ("GetTicketCounts", Run::Read(support::get_ticket_counts)),
    ("GetTicketNotes", Run::Read(support::get_ticket_notes)),
    ("GetTickets", Run::Read(support::get_tickets)),
    ("GetToDoItems", Run::Read(system::get_to_do_items)),
    ("GetTransactions", Run::Read(billing::get_transactions)),
    ("GetUsers", Run::Read(clients::get_users)),
    ("LogActivity", Run::Write(system::log_activity)),
    ("ModuleChangePackage", Run::Write(modules::change_package)),
    ("ModuleCreate", Run::Write(modules::create)),
    ("ModuleSuspend", Run::Write(modules::suspend)),
    ("ModuleTerminate", Run::Write(modules::terminate)),
    ("ModuleUnsuspend", Run::Write(modules::unsuspend)),
    ("OpenTicket", Run::Write(replies::open_ticket)),
    ("PendingOrder", Run::Write(checkout::pending_order)),
    ("SendEmail", Run::Write(mail::send_email)),
    ("UpdateClient", Run::Write(clients::update_client)),
    ("UpdateClientProduct", Run::Write(services::update_client_product)),
    ("UpdateInvoice", Run::Write(bills::update_invoice)),
    ("UpdateTicket", Run::Write(replies::update_ticket)),
    ("UpdateToDoItem", Run::Write(system::update_to_do_item)),
    ("UpgradeProduct", Run::Write(upgrade::upgrade_product)),
    ("WhmcsDetails", Run::Read(system::whmcs_details)),
];
