//! What objects and fields there are, as data. Names are matched without regard to case, as SOQL does.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::objects;

/// Column number of a field within its object.
pub type Column = u16;

/// Columns of the fields every object has.
pub const ID: Column = 0;
/// Is the record in the recycle bin?
pub const IS_DELETED: Column = 1;
/// When it was made.
pub const CREATED_DATE: Column = 2;
/// Who made it.
pub const CREATED_BY: Column = 3;
/// When it was last changed by somebody.
pub const LAST_MODIFIED_DATE: Column = 4;
/// Who changed it last.
pub const LAST_MODIFIED_BY: Column = 5;
/// When it was last changed by anything.
pub const SYSTEM_MODSTAMP: Column = 6;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The record's own id.
    Id,
    /// One line of at most so many characters.
    Text(u32),
    /// Several lines.
    LongText(u32),
    /// Several lines of at most so many bytes of UTF-8: what is said in a case.
    Comment(u32),
    /// A number the system counts up, with leading zeros.
    AutoNumber,
    /// An e-mail address.
    Email,
    /// A phone number, any spelling.
    Phone,
    /// A web address.
    Url,
    /// One of these; `true` refuses any other word.
    Picklist(&'static [&'static str], bool),
    /// Several of these, joined by `;`.
    MultiPicklist(&'static [&'static str]),
    /// A checkbox, never null.
    Bool,
    /// A whole number.
    Int,
    /// A number with a decimal point on the wire.
    Double,
    /// Yen, with a decimal point on the wire all the same.
    Currency,
    /// A percentage.
    Percent,
    /// A day.
    Date,
    /// A moment.
    DateTime,
    /// An id of one of these objects.
    Reference(&'static [&'static str]),
    /// Whatever another field held: text, number, checkbox, day or moment. Cannot be written, filtered or sorted by.
    Any,
    /// The parts with this prefix (`MailingStreet`, …) read as one; cannot be written or filtered.
    Address(&'static str),
}

impl Kind {
    /// Can be filtered, grouped and sorted by.
    pub fn is_filterable(self) -> bool {
        !matches!(self, Self::LongText(_) | Self::Comment(_) | Self::Any | Self::Address(_))
    }
}

/// Who may write a field through the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Create and update.
    Write,
    /// Create only.
    Create,
    /// The system alone.
    Read,
}

/// One field of an object.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// API name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Who may write it.
    pub access: Access,
    /// A create without it is refused.
    pub required: bool,
    /// Looked up through an index rather than by reading every row.
    pub indexed: bool,
    /// Records may be read and upserted by it.
    pub external_id: bool,
    /// For references: the name of the parent in SOQL (`Account` for `AccountId`).
    pub relationship: &'static str,
    /// For references: the name of the children in the parent (`Contacts`), or empty.
    pub children: &'static str,
    /// What a new record gets when nothing is given.
    pub default: Option<&'static str>,
}

impl Field {
    /// A field of this name and kind which anybody may write.
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            access: Access::Write,
            required: false,
            indexed: false,
            external_id: false,
            relationship: "",
            children: "",
            default: None,
        }
    }

    /// A create without it is refused.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Equality on it uses an index.
    pub const fn indexed(mut self) -> Self {
        self.indexed = true;
        self
    }

    /// An external id: unique, indexed, usable in upsert.
    pub const fn external(mut self) -> Self {
        self.indexed = true;
        self.external_id = true;
        self
    }

    /// Only the system writes it.
    pub const fn read_only(mut self) -> Self {
        self.access = Access::Read;
        self
    }

    /// Cannot be changed once the record is there.
    pub const fn create_only(mut self) -> Self {
        self.access = Access::Create;
        self
    }

    /// Given to new records.
    pub const fn default(mut self, value: &'static str) -> Self {
        self.default = Some(value);
        self
    }

    /// Added by an administrator rather than by the vendor.
    pub fn is_custom(&self) -> bool {
        self.name.ends_with("__c")
    }

    /// The words an administrator would see: the API name taken apart.
    pub fn label(&self) -> String {
        label(self.name)
    }

    /// Objects a reference may point at.
    pub fn targets(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Reference(targets) => targets,
            _ => &[],
        }
    }

    /// Holds one of few texts in every row: a word of a list, or the id of a user, a product, a price.
    pub fn is_repetitive(&self) -> bool {
        let few = ["User", "Group", "RecordType", "Product2", "Pricebook2", "PricebookEntry"];
        matches!(self.kind, Kind::Picklist(..)) || self.targets().iter().any(|target| few.contains(target))
    }

    /// Can be filtered, grouped and sorted by.
    pub fn is_filterable(&self) -> bool {
        self.kind.is_filterable()
    }

    /// Numbers written without a decimal point.
    pub fn is_whole(&self) -> bool {
        self.kind == Kind::Int
    }
}

/// `OrderNumber` → `Order Number`, `Activation_Status__c` → `Activation Status`, `AccountId` → `Account ID`.
fn label(name: &str) -> String {
    let stem = name.strip_suffix("__c").unwrap_or(name);
    let mut label = String::with_capacity(stem.len() + 4);
    let mut before = ' ';
    for c in stem.chars() {
        if c == '_' {
            label.push(' ');
        } else {
            if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
                label.push(' ');
            }
            label.push(c);
        }
        before = c;
    }
    match label.strip_suffix(" Id") {
        Some(stem) => format!("{stem} ID"),
        None => label,
    }
}

/// One object: its table's columns.
#[derive(Debug)]
pub struct Object {
    /// API name.
    pub name: &'static str,
    /// First three characters of its ids.
    pub prefix: &'static str,
    /// Plural label.
    pub plural: &'static str,
    /// May records be created, changed and deleted through the API?
    pub writable: bool,
    /// Where its table stands in the database.
    pub position: usize,
    /// All fields, the system's first; a [`Column`] is a position here.
    pub fields: Vec<Field>,
    by_name: HashMap<&'static str, Column>,
    by_folded_name: HashMap<String, Column>,
}

impl Object {
    fn new(declared: &objects::Declared, position: usize) -> Self {
        let fields: Vec<Field> = objects::SYSTEM.iter().chain(declared.fields).copied().collect();
        let named = || fields.iter().zip(0..).map(|(field, column)| (field.name, column));
        let by_name = named().collect();
        let by_folded_name = named().map(|(name, column)| (name.to_ascii_lowercase(), column)).collect();
        Self {
            name: declared.name,
            prefix: declared.prefix,
            plural: declared.plural,
            writable: declared.writable,
            position,
            fields,
            by_name,
            by_folded_name,
        }
    }

    /// The column of a field, by API name in any case.
    pub fn column(&self, name: &str) -> Option<Column> {
        // Nearly everybody writes the name as it is; only the others pay for folding it.
        let exact = self.by_name.get(name).copied();
        exact.or_else(|| self.by_folded_name.get(&name.to_ascii_lowercase()).copied())
    }

    /// The field of a column.
    pub fn field(&self, column: Column) -> &Field {
        &self.fields[usize::from(column)]
    }

    /// The reference field behind a parent name in SOQL (`Account`, `Assigned_Order__r`).
    pub fn parent(&self, relationship: &str) -> Option<Column> {
        let found = self
            .fields
            .iter()
            .position(|f| !f.relationship.is_empty() && f.relationship.eq_ignore_ascii_case(relationship))?;
        Column::try_from(found).ok()
    }

    /// The child object and its reference column behind a child name in SOQL (`Contacts`, `OrderItems`).
    pub fn children(&self, relationship: &str) -> Option<(&'static Object, Column)> {
        child_relationships(self)
            .find(|(child, column)| child.field(*column).children.eq_ignore_ascii_case(relationship))
    }

    /// The column that names a record in a list: a number for cases and orders.
    pub fn name_column(&self) -> Option<Column> {
        self.column(match self.name {
            "Case" => "CaseNumber",
            "Order" => "OrderNumber",
            "OrderItem" => "OrderItemNumber",
            "Task" => "Subject",
            _ => "Name",
        })
    }

    /// The singular label.
    pub fn label(&self) -> String {
        label(self.name)
    }

    /// Added by an administrator rather than by the vendor.
    pub fn is_custom(&self) -> bool {
        self.name.ends_with("__c")
    }
}

static OBJECTS: LazyLock<Vec<Object>> = LazyLock::new(|| {
    objects::ALL.iter().zip(0..).map(|(declared, position)| Object::new(declared, position)).collect()
});

/// Every object, in a fixed order.
pub fn objects() -> &'static [Object] {
    &OBJECTS
}

/// An object by API name in any case.
pub fn object(name: &str) -> Option<&'static Object> {
    OBJECTS.iter().find(|object| object.name.eq_ignore_ascii_case(name))
}

/// An object by the first three characters of its ids.
pub fn by_prefix(prefix: &str) -> Option<&'static Object> {
    OBJECTS.iter().find(|object| object.prefix == prefix)
}

/// Every (child, column) that points at an object under a name of its own.
pub fn child_relationships(parent: &Object) -> impl Iterator<Item = (&'static Object, Column)> {
    OBJECTS.iter().flat_map(move |child| {
        child.fields.iter().zip(0..).filter_map(move |(field, column)| {
            (!field.children.is_empty() && field.targets().contains(&parent.name)).then_some((child, column))
        })
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_prefixes_are_unique_and_references_lead_somewhere() {
        let prefixes: BTreeSet<_> = objects().iter().map(|o| o.prefix).collect();
        assert_eq!(prefixes.len(), objects().len());
        for object in objects() {
            assert_eq!(object.by_folded_name.len(), object.fields.len(), "{} has a field twice", object.name);
            for field in &object.fields {
                for target in field.targets() {
                    assert!(super::object(target).is_some(), "{}.{} → {target}", object.name, field.name);
                }
            }
            let children: Vec<_> =
                child_relationships(object).map(|(child, column)| child.field(column).children).collect();
            assert_eq!(children.iter().collect::<BTreeSet<_>>().len(), children.len(), "{}: {children:?}", object.name);
        }
    }

    #[test]
    fn the_system_fields_stand_where_the_constants_say() {
        for object in objects() {
            for (column, name) in [
                (ID, "Id"),
                (IS_DELETED, "IsDeleted"),
                (CREATED_DATE, "CreatedDate"),
                (CREATED_BY, "CreatedById"),
                (LAST_MODIFIED_DATE, "LastModifiedDate"),
                (LAST_MODIFIED_BY, "LastModifiedById"),
                (SYSTEM_MODSTAMP, "SystemModstamp"),
            ] {
                assert_eq!(object.field(column).name, name);
            }
        }
    }

    #[test]
    fn labels_are_the_names_taken_apart() {
        for (name, label) in [
            ("OrderNumber", "Order Number"),
            ("Activation_Status__c", "Activation Status"),
            ("AccountId", "Account ID"),
            ("EID__c", "EID"),
        ] {
            assert_eq!(super::label(name), label);
        }
    }
}
