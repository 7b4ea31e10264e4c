import BridgeTestSupport

/// How a server shows what it knows of a post. Connect's public profile leaves much of that open, so every history draws its own habits.
struct ZoneHabits {
    /// How often something is shown, in percent: always, never, or as the wind blows.
    let mark: Int
    let readers: Int
    /// Of the readers only the groups are shown.
    let readersAreGroupsOnly: Int
    /// An answer to a private post shows neither mark nor readers.
    let inheritedIsHidden: Int
    /// A private post that was shown as one before is shown like a public one later.
    let forgets: Int
    /// The connector's name is shown in another case.
    let otherCase: Int
    /// Two posts that were written one after the other arrive the other way round.
    let swaps: Int
    /// Our own post is shown before its confirmation.
    let echoFirst: Int

    /// The key of a discussion is shown.
    let showsKey: Bool

    init(using random: inout SeededGenerator) {
        mark = random.pick([0, 0, 50, 100])
        readers = random.pick([0, 50, 100, 100])
        readersAreGroupsOnly = random.pick([0, 0, 50, 100])
        inheritedIsHidden = random.pick([0, 50, 100, 100])
        forgets = random.pick([0, 50, 100])
        otherCase = random.pick([0, 0, 50])
        swaps = random.pick([0, 20, 50])
        echoFirst = random.pick([0, 30, 80])
        showsKey = random.happens(50)
    }
}
