/// Meta's customer service window of 24 hours, and what it decides.
///
/// Whether a message continues a discussion is decided between Meta's own timestamps; only sending is judged by the clock.
public enum Window {
    /// How long the window stays open after a customer's message (WhatsApp, Customer service window).
    public static let length: Duration = .seconds(24 * 60 * 60)

    /// How long before Meta's end we stop sending, so that neither clock's error lets a message out too late.
    public static let margin: Duration = .seconds(60)

    /// How long a discussion that opened after its own window is kept open, so that messages delivered together stay together.
    public static let grace: Duration = .seconds(60)

    /// Whether a message written at `writtenAt` continues a discussion whose newest customer message was written at `newest`.
    /// Older stragglers continue it too.
    public static func continues(newest: Moment, writtenAt: Moment) -> Bool {
        writtenAt <= newest + length
    }

    /// Whether a message may still be sent at `now`.
    public static func maySend(newest: Moment, now: Moment) -> Bool {
        now < newest + length - margin
    }

    /// When a discussion with this newest message is to be closed.
    public static func closing(newest: Moment, recordedAt: Moment) -> Moment {
        let end = newest + length
        return recordedAt < end ? end : max(end, recordedAt + grace)
    }
}
