/// The order in which the elements of one notification are taken. WhatsApp promises none.
public enum InboundOrder {
    /// Puts messages into the order in which they were written, those of the same second as they came. Everything else keeps its place, so
    /// that what stood behind all messages still does.
    public static func sorted(_ events: [InboundEvent]) -> [InboundEvent] {
        let places = events.indices.filter { events[$0].shownMessage != nil }
        let inOrder = places.sorted { left, right in
            guard let first = events[left].shownMessage, let second = events[right].shownMessage else { return left < right }
            return (first.writtenAt, left) < (second.writtenAt, right)
        }
        // Mostly they are, and a large notification is not copied.
        guard inOrder != places else { return events }
        var sorted = events
        for (place, index) in zip(places, inOrder) { sorted[place] = events[index] }
        return sorted
    }
}
