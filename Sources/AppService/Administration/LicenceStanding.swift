public import Bridge

/// What the PBX grants, and which numbers may be used because of it.
public struct LicenceStanding: Equatable, Sendable {
    /// How many numbers may be licensed.
    public var count: Int
    /// Whether licences are in test mode, where all numbers may be used.
    public var isTestMode: Bool
    /// Until when the count holds although the PBX is away; nil while it is there, and if it never was.
    public var graceUntil: Moment?
    /// The numbers that are licensed and in use.
    public var active: Set<PhoneNumberID>

    /// Creates a standing.
    public init(count: Int, isTestMode: Bool, graceUntil: Moment? = nil, active: Set<PhoneNumberID>) {
        self.count = count
        self.isTestMode = isTestMode
        self.graceUntil = graceUntil
        self.active = active
    }

    /// Whether one more number may be licensed.
    func hasRoom(besides licensed: Int) -> Bool { isTestMode || licensed < count }
}

extension StoredSettings.Number {
    /// Whether it is known where its discussions appear.
    var isJoined: Bool { !app.isEmpty && zone != nil }
}
