extension GraphContact: Codable {
    private enum Field: String, CodingKey {
        case name, phones, emails, urls, addresses, org, birthday
    }

    /// Reads the object as it stands on the wire.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        self.init(
            name: try fields.decode(Name.self, forKey: .name),
            phones: try fields.decodeIfPresent([Phone].self, forKey: .phones) ?? [],
            emails: try fields.decodeIfPresent([Mail].self, forKey: .emails)?.map { Labelled($0.email, type: $0.type) } ?? [],
            urls: try fields.decodeIfPresent([Page].self, forKey: .urls)?.map { Labelled($0.url, type: $0.type) } ?? [],
            addresses: try fields.decodeIfPresent([Address].self, forKey: .addresses) ?? [],
            organization: try fields.decodeIfPresent(Organization.self, forKey: .org),
            birthday: try fields.decodeIfPresent(String.self, forKey: .birthday)
        )
    }

    /// Writes the object as it stands on the wire; lists without elements are left out.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(name, forKey: .name)
        if !phones.isEmpty { try fields.encode(phones, forKey: .phones) }
        if !emails.isEmpty { try fields.encode(emails.map { Mail(email: $0.value, type: $0.type) }, forKey: .emails) }
        if !urls.isEmpty { try fields.encode(urls.map { Page(url: $0.value, type: $0.type) }, forKey: .urls) }
        if !addresses.isEmpty { try fields.encode(addresses, forKey: .addresses) }
        try fields.encodeIfPresent(organization, forKey: .org)
        try fields.encodeIfPresent(birthday, forKey: .birthday)
    }

    private struct Mail: Codable {
        var email: String
        var type: String?
    }

    private struct Page: Codable {
        var url: String
        var type: String?
    }
}
