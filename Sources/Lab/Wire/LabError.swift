/// Why the lab refused something that a script, a test or the demo page asked of it.
public struct LabError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One sentence.
    public var description: String

    init(_ description: String) { self.description = description }

    static func unknownPost(_ id: UInt64) -> LabError { LabError("There is no post \(id).") }
    static func unknownUser(_ sip: String) -> LabError { LabError("There is no user \(sip).") }
    static func unknownCustomer(_ key: String) -> LabError { LabError("There is no customer \(key).") }
    static func notAllowed(_ sip: String, _ id: UInt64) -> LabError { LabError("\(sip) may not change post \(id).") }
}
