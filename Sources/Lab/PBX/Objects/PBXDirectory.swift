/// The objects of the simulated PBX as a value, and what an administrator may do with them.
struct PBXDirectory: Sendable {
    /// The PBX's domain.
    let domain: String
    /// Whether the PBX is in licence test mode.
    var isInTestMode: Bool
    /// The objects in the order they were made.
    private(set) var objects: [PBXObject] = []
    private var random: SeededGenerator

    init(domain: String, isInTestMode: Bool, seed: UInt64) {
        self.domain = domain
        self.isInTestMode = isInTestMode
        random = SeededGenerator(seed: seed)
    }

    // MARK: Looking

    /// SIP names are the same in capitals.
    func object(named name: String) -> PBXObject? { objects.first { $0.name.lowercased() == name.lowercased() && !name.isEmpty } }

    func object(cn: String) -> PBXObject? { objects.first { $0.cn == cn } }

    func object(guid: String) -> PBXObject? { objects.first { $0.guid == guid.lowercased() } }

    // MARK: Changing

    /// Adds an object under a GUID of its own, or of a given one.
    ///
    /// - Throws: `LabError` if a name is missing or taken.
    @discardableResult
    mutating func add(_ properties: LabJSON, password: String = "", guid: String? = nil, modePasswords: [String: String] = [:]) throws(LabError)
        -> String
    {
        var object = PBXObject(guid: guid ?? random.hex(bytes: 16), password: password, properties: properties)
        object.modePasswords = modePasswords
        try check(object)
        objects.append(object)
        return object.guid
    }

    /// Changes an object.
    ///
    /// - Throws: `LabError` if there is none, or a name is taken then; nothing is changed in that case.
    mutating func change(guid: String, _ body: (inout PBXObject) -> Void) throws(LabError) {
        guard let index = objects.firstIndex(where: { $0.guid == guid.lowercased() }) else { throw LabError("There is no object \(guid).") }
        var object = objects[index]
        body(&object)
        try check(object)
        objects[index] = object
    }

    /// Changes the object of that SIP name, if there is one.
    mutating func change(named name: String, _ body: (inout PBXObject) -> Void) throws(LabError) {
        guard let object = object(named: name) else { throw LabError("There is no object \(name).") }
        try change(guid: object.guid, body)
    }

    /// Removes an object. What its name is ticked in keeps the name, as in the PBX.
    mutating func delete(guid: String) throws(LabError) {
        guard let object = object(guid: guid) else { throw LabError("There is no object \(guid).") }
        objects.removeAll { $0.guid == object.guid }
    }

    private func check(_ object: PBXObject) throws(LabError) {
        guard !object.cn.isEmpty else { throw LabError("An object needs a long name (cn).") }
        guard !object.name.isEmpty else { throw LabError("An object needs a name (h323).") }
        for other in objects where other.guid != object.guid {
            guard other.name.lowercased() != object.name.lowercased() else { throw LabError("There is an object \(other.name) already.") }
            guard other.cn != object.cn else { throw LabError("There is an object with the long name \(other.cn) already.") }
        }
    }
}
