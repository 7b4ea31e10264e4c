/// The lab as JSON, for the demo page and for scripts.
struct LabSnapshot {
    let lab: Lab

    /// Everything but the wire log.
    var state: LabJSON {
        .object(
            ("run", .string(lab.runID)), ("now", .integer(lab.clock.now())), ("clockRuns", .bool(lab.clock.runs)),
            ("service", lab.serviceURL.map(LabJSON.string)), ("domain", .string(lab.configuration.domain)),
            ("zone", .string(lab.configuration.objectName)), ("pbx", pbx), ("numbers", .array(lab.meta.joinedNumbers.map(number))),
            ("customers", .array(lab.meta.customers.map(customer))),
            (
                "colleagues",
                .array(lab.connect.users.map { ["sip": .string($0.sip), "dn": .string($0.dn), "groups": .array($0.groups.map(LabJSON.string))] })
            ),
            ("connectLogins", .array(lab.connect.logins.map(LabJSON.string))), ("posts", .array(lab.connect.posts.filter(\.isShown).map(post))),
            (
                "webhooks",
                .object(
                    ("answered", .integer(lab.meta.webhookCounts.answered)), ("givenUp", .integer(lab.meta.webhookCounts.givenUp)),
                    ("idle", .bool(lab.meta.isIdle)), ("subscribed", .bool(lab.meta.isSubscribed)),
                    ("accountCallback", lab.meta.accountCallbackURL.map(LabJSON.string)))
            ),
            ("signup", signup), ("transfers", .array(lab.meta.transfers.map(transfer))), ("violations", .array(violations)))
    }

    private var pbx: LabJSON {
        let object = lab.pbx.object
        return .object(
            ("links", .array(lab.pbx.links.map { ["name": .string($0.name), "open": .bool($0.isOpen)] })),
            ("object", object.map { .string($0.name) }), ("apps", .array((object?.apps ?? []).map(LabJSON.string))),
            ("licences", object?.licences.map(LabJSON.integer)),
            ("testMode", .bool(object?.isInTestMode ?? lab.configuration.isInTestMode)))
    }

    private var violations: [LabJSON] {
        lab.connect.violations.map { ["system": "connect", "rule": .string($0.rule.rawValue), "detail": .string($0.detail), "at": .integer($0.at)] }
            + lab.pbx.violations.map { ["system": "pbx", "rule": .string($0.rule.rawValue), "detail": .string($0.detail), "at": .integer($0.at)] }
    }

    private func number(_ number: MetaNumber) -> LabJSON {
        [
            "id": .string(number.id), "displayNumber": .string(number.displayNumber), "name": .string(number.verifiedName),
            "registered": .bool(number.registration.isRegistered), "quality": .string(number.registration.quality),
        ]
    }

    private func customer(_ customer: MetaCustomer) -> LabJSON {
        .object(
            ("key", .string(customer.key)), ("name", .string(customer.name)), ("username", customer.username.map(LabJSON.string)),
            ("phone", customer.phone.map(LabJSON.string)), ("userID", customer.userID.map(LabJSON.string)),
            (
                "chats",
                .array(
                    lab.meta.joinedNumbers.map { number in
                        .object(
                            ("number", .string(number.id)),
                            ("windowEnd", lab.meta.windowEnd(customer: customer.key, number: number.id).map(LabJSON.integer)),
                            ("messages", .array(lab.meta.chat(of: customer.key, number: number.id).map(message))),
                            ("typingUntil", lab.meta.typingUntil(customer: customer.key, number: number.id).map(LabJSON.integer)))
                    })
            ))
    }

    private func post(_ post: ConnectStoredPost) -> LabJSON {
        .object(
            ("id", .integer(post.id)), ("discussion", .integer(post.discussion)), ("repliesTo", post.repliesTo.map(LabJSON.integer)),
            ("topic", .string(post.topic)), ("author", .string(post.author)), ("dn", lab.connect.displayName(of: post.author).map(LabJSON.string)),
            ("title", post.discussionTitle.map(LabJSON.string)), ("text", .string(post.text)), ("at", .integer(post.timestamp)),
            ("updated", post.updated.map(LabJSON.integer)), ("private", .bool(post.isPrivate)), ("tags", .array(post.tags.map(LabJSON.string))),
            ("notify", .array(post.notify.map(LabJSON.string))), ("likedBy", .array(post.likedBy.sorted().map(LabJSON.string))),
            ("readBy", .array(post.readBy.keys.sorted().map(LabJSON.string))),
            ("visibleTo", .array(lab.connect.readers(of: post).map(LabJSON.string))), ("files", .array(post.files.map(file))))
    }

    private func file(_ file: ConnectStoredFile) -> LabJSON {
        ["id": .integer(file.id), "name": .string(file.name), "mime": .string(file.mime), "size": .integer(file.size)]
    }

    /// The wire log's entries after a number.
    func wire(after number: UInt64) -> LabJSON { ["entries": .array(lab.wire.entries(after: number).map(Self.entry))] }

    static func entry(_ entry: WireLog.Entry) -> LabJSON {
        [
            "number": .integer(entry.number), "at": .integer(entry.at), "system": .string(entry.system.rawValue),
            "direction": .string(entry.direction.rawValue), "summary": .string(entry.summary), "text": .string(entry.text),
        ]
    }
}
