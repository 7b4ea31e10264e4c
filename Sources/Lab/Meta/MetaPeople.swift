/// A business number of the simulated account.
public struct MetaNumber: Sendable, Equatable {
    /// The phone number ID.
    public var id: String
    /// Digits with the country code, without `+`.
    public var displayNumber: String
    /// The name that customers see.
    public var verifiedName: String
    /// Digits of the country code, which is put before numbers that were given without `+`.
    public var countryCode: String
    /// Where it stands with the Cloud API.
    public var registration: MetaRegistration
    /// The WhatsApp Business Account ID of its account; nil for the lab's own.
    public var account: String?

    /// A number.
    public init(id: String, displayNumber: String, verifiedName: String, countryCode: String, registration: MetaRegistration = MetaRegistration()) {
        self.id = id
        self.displayNumber = displayNumber
        self.verifiedName = verifiedName
        self.countryCode = countryCode
        self.registration = registration
    }
}

/// A person on WhatsApp, with what Meta tells the business about them (WhatsApp, Identity).
public struct MetaCustomer: Sendable, Equatable {
    /// What scripts call the person; never on the wire.
    public var key: String
    /// The profile name.
    public var name: String
    /// The user name, if one was adopted.
    public var username: String?
    /// Digits with the country code, without `+`; nil if Meta withholds it.
    public var phone: String?
    /// The business-scoped user ID; nil in payloads of before 2026.
    public var userID: String?
    /// The user ID across a group of portfolios.
    public var parentUserID: String?

    /// A person from whatever Meta tells.
    public init(key: String, name: String, username: String? = nil, phone: String? = nil, userID: String? = nil, parentUserID: String? = nil) {
        self.key = key
        self.name = name
        self.username = username
        self.phone = phone
        self.userID = userID
        self.parentUserID = parentUserID
    }

    /// Known by phone number alone, as before 2026.
    public static func phoneOnly(_ key: String, name: String, phone: String) -> MetaCustomer {
        MetaCustomer(key: key, name: name, phone: phone)
    }

    /// Has a user name, and a phone number that the business knows.
    public static func usernameWithPhone(_ key: String, name: String, username: String, phone: String, userID: String) -> MetaCustomer {
        MetaCustomer(key: key, name: name, username: username, phone: phone, userID: userID)
    }

    /// Has a user name, and a phone number that Meta withholds.
    public static func usernameWithoutPhone(_ key: String, name: String, username: String, userID: String) -> MetaCustomer {
        MetaCustomer(key: key, name: name, username: username, userID: userID)
    }

    /// As without a phone number, of a business with several portfolios.
    public static func withParentUserID(_ key: String, name: String, username: String, userID: String, parentUserID: String) -> MetaCustomer {
        MetaCustomer(key: key, name: name, username: username, userID: userID, parentUserID: parentUserID)
    }

    /// The element of `contacts` in a webhook.
    var contact: LabJSON {
        .object(
            ("profile", .object(("name", .string(name)), ("username", username.map(LabJSON.string)))), ("wa_id", phone.map(LabJSON.string)),
            ("user_id", userID.map(LabJSON.string)), ("parent_user_id", parentUserID.map(LabJSON.string)))
    }
}
