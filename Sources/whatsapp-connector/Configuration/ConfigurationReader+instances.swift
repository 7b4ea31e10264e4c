import AppService
import Bridge

extension ConfigurationReader {
    mutating func instances(_ section: Section) throws(ConfigurationError) -> [InstanceConfiguration] {
        guard let setting = section["instances"] else { throw section.missing("instances", hint: " with at least one domain and name") }
        var instances: [InstanceConfiguration] = []
        var places: [String: Setting] = [:]
        for element in try setting.list(limit: 10_000) {
            let instance = try instance(element)
            // Names become files and databases, which not every system tells apart by case.
            let name = instance.address.description.lowercased()
            if places[name] != nil {
                throw element.problem("is a second instance \(instance.address); give every instance a domain and name of its own")
            }
            places[name] = element
            instances.append(instance)
        }
        guard !instances.isEmpty else { throw setting.problem("is empty; add an instance with domain and name") }
        return instances
    }

    private mutating func instance(_ setting: Setting) throws(ConfigurationError) -> InstanceConfiguration {
        let section = try setting.section(keys: ConfigurationKeys.instance)
        let address = try address(section)
        return InstanceConfiguration(
            address: address,
            password: try secret("password", in: section),
            language: try section["language"]?.choice(Language.self) ?? .en,
            retentionDays: try section["retentionDays"]?.integer(in: 1...3650) ?? 90,
            graph: try graph(section),
            connect: ConnectConfiguration(
                profile: try section.section("connect", keys: ConfigurationKeys.connect)?["profile"]?.choice(ConnectProfile.self) ?? .public
            ),
            accounts: try accounts(section["accounts"])
        )
    }

    private func address(_ section: Section) throws(ConfigurationError) -> InstanceAddress {
        let domain = try section.required("domain")
        let name = try section.required("name")
        do {
            return try InstanceAddress(domain: try domain.text(), name: try name.text())
        } catch let problem as InstanceAddress.Problem {
            throw (problem.isInDomain ? domain : name).problem(problem.description)
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw domain.problem("is not valid")
        }
    }

    private mutating func graph(_ instance: Section) throws(ConfigurationError) -> GraphConfiguration {
        guard let section = try instance.section("graph", keys: ConfigurationKeys.graph) else { return GraphConfiguration() }
        var graph = GraphConfiguration()
        if let setting = section["baseURL"] { graph.baseURL = try secureURL(setting) }
        if let setting = section["version"] { graph.version = try graphVersion(setting) }
        graph.appSecret = try secret("appSecret", in: section)
        graph.previousAppSecret = try secret("previousAppSecret", in: section)
        if graph.previousAppSecret != nil, graph.appSecret == nil {
            throw section.missing("appSecretFile", hint: ", or remove the previous secret")
        }
        graph.verifyToken = try secret("verifyToken", in: section)
        return graph
    }

    /// A version of the Graph API.
    func graphVersion(_ setting: Setting) throws(ConfigurationError) -> String {
        let text = try setting.text()
        guard text.wholeMatch(of: /v[0-9]{1,3}\.[0-9]{1,2}/) != nil else {
            throw setting.problem("must be a version such as v25.0, not \(Setting.quoted(text))")
        }
        return text
    }

    private mutating func accounts(_ setting: Setting?) throws(ConfigurationError) -> [AccountConfiguration] {
        guard let setting else { return [] }
        var accounts: [AccountConfiguration] = []
        var known: Set<String> = []
        for element in try setting.list(limit: 20) {
            let section = try element.section(keys: ConfigurationKeys.account)
            let waba = try identifier(section.required("waba"), of: "a WhatsApp Business Account")
            guard known.insert("account \(waba)").inserted else { throw element.problem("has the same waba as another account; join them") }
            guard let token = try secret("token", in: section) else { throw section.missing("tokenFile") }
            var numbers: [NumberConfiguration] = []
            for element in try section["numbers"]?.list(limit: 20) ?? [] {
                let number = try number(element)
                guard known.insert("number \(number.id)").inserted else {
                    throw element.problem("has the id of another number, \(number.id); remove one of them")
                }
                numbers.append(number)
            }
            accounts.append(AccountConfiguration(waba: waba, token: token, numbers: numbers))
        }
        guard accounts.reduce(0, { $0 + $1.numbers.count }) <= 20 else { throw setting.problem("must have at most 20 numbers together") }
        return accounts
    }

    private mutating func number(_ setting: Setting) throws(ConfigurationError) -> NumberConfiguration {
        let section = try setting.section(keys: ConfigurationKeys.number)
        var number = NumberConfiguration(id: PhoneNumberID(rawValue: try identifier(section.required("id"), of: "a phone number")))
        number.app = try section["app"].map(objectName)
        number.zone = try section["zone"].map(objectName).map(Zone.init(rawValue:))
        if let tags = section["tags"] {
            for tag in try tags.list(limit: 10) { number.tags.append(try text(of: tag)) }
        }
        number.licensed = try section["licensed"]?.flag() ?? true
        if let message = section["closedMessage"] {
            number.closedMessage = try message.text()
            // As in the plugin: the limit in bytes keeps out texts whose characters consist of many marks.
            let limit = NumberRules.longestClosedMessage
            guard number.closedMessage.count <= limit, number.closedMessage.utf8.count <= 4 * limit else {
                throw message.problem("must have at most \(limit) characters")
            }
        }
        number.readReceipts = try section["readReceipts"]?.flag() ?? false
        number.typing = try section["typing"]?.flag() ?? false
        number.edits = try section["edits"]?.choice(EditPolicy.self) ?? .nothing
        return number
    }

    private func text(of tag: Setting) throws(ConfigurationError) -> String {
        let text = try tag.nonEmptyText().trimming { $0 == "#" || $0 == " " }
        guard (1...64).contains(text.count), !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw tag.problem("must be a tag of 1 to 64 characters")
        }
        return text
    }

    /// A Graph identifier.
    func identifier(_ setting: Setting, of owner: String) throws(ConfigurationError) -> String {
        let text = try setting.text()
        guard (1...32).contains(text.utf8.count), text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else {
            throw setting.problem("must be the ID of \(owner) at Meta, digits only, not \(Setting.quoted(text))")
        }
        return text
    }

    /// The SIP name of an object of the PBX.
    private func objectName(_ setting: Setting) throws(ConfigurationError) -> String {
        let text = try setting.nonEmptyText()
        guard text.count <= 128, !text.contains(where: { $0.isWhitespace || ",~@".contains($0) }) else {
            throw setting.problem("must be the SIP name of a PBX object, without blanks, comma, ~ and @, not \(Setting.quoted(text))")
        }
        return text
    }
}
