import Bridge
import BridgeTestSupport

/// A notification made by chance, as bytes of the wire, and what has to become of its good elements.
struct RandomNotification {
    /// A good element.
    struct Expected {
        /// Its key in the ledger.
        var key: String
        /// The state that it ends in.
        var state: String
        /// The message that a post has to show once; nil for what is shown in none.
        var shown: Wamid?
        /// What is to be read in that post.
        var text: String?
    }

    static let number = "1090"
    static let foreignNumber = "9999"

    private(set) var body: [UInt8] = []
    private(set) var good: [Expected] = []
    /// How many events it has to be taken apart into.
    private(set) var elements = 0
    private(set) var poisoned = 0
    private var random: SeededGenerator
    private let name: String
    private let sent: [String]
    private let second: Int64
    private var count = 0

    /// - Parameters:
    ///   - name: what tells it from all other notifications of a history.
    ///   - sent: the wamids of messages that WhatsApp took from us.
    ///   - second: when it comes, in Unix seconds.
    init(_ name: String, sent: [String], at second: Int64, using random: inout SeededGenerator) {
        self.name = name
        self.sent = sent
        self.second = second
        self.random = SeededGenerator(seed: random.next())
        body = Array(make().utf8)
    }

    // MARK: The frame

    private mutating func make() -> String {
        var entries: [String] = []
        for _ in 0..<(1 + random.number(below: 3)) { entries.append(random.happens(8) ? poison() : entry()) }
        return #"{"object":"whatsapp_business_account","entry":[\#(entries.joined(separator: ","))],"new":\#(RandomPoison.value(&random))}"#
    }

    private mutating func entry() -> String {
        var changes: [String] = []
        for _ in 0..<(1 + random.number(below: 3)) {
            switch random.number(below: 12) {
            case 0: changes.append(poison())
            case 1:
                elements += 1
                changes.append(#"{"field":"account_update","value":{"event":"NEWS","n":"\#(next())"}}"#)
            case 2:
                elements += 1
                poisoned += 1
                changes.append(#"{"field":"messages","value":\#(random.pick(["null", "5", #""x""#, "[]", "{}", "true"]))}"#)
            default: changes.append(change())
            }
        }
        return #"{"id":"8101","time":\#(random.pick(["null", "1790000000", "1e400", #""x""#])),"changes":[\#(changes.joined(separator: ","))]}"#
    }

    /// Something that is not what belongs there, in the place of one element.
    private mutating func poison() -> String {
        elements += 1
        poisoned += 1
        return random.pick(["null", "5", #""x""#, "true", "1e999", "-0.0", "[]", "[[[1]]]", "{}"])
    }

    private mutating func change() -> String {
        let isForeign = random.happens(10)
        var messages: [String] = []
        var statuses: [String] = []
        for _ in 0..<random.number(below: 5) { messages.append(random.happens(25) ? poisonedMessage() : message(isForeign)) }
        for _ in 0..<random.number(below: 4) { statuses.append(random.happens(25) ? poison() : status(isForeign)) }
        if messages.isEmpty, statuses.isEmpty { messages.append(message(isForeign)) }
        var fields = [
            #""messaging_product":"whatsapp""#,
            #""metadata":{"display_phone_number":null,"phone_number_id":"\#(isForeign ? Self.foreignNumber : Self.number)"}"#,
            #""contacts":\#(random.pick(["null", "5", "[]", "[17,null]", #"[{"profile":null}]"#, #"[{"profile":{"name":"Ada"},"wa_id":"491"}]"#]))"#,
            #""messages":\#(messages.isEmpty ? random.pick(["null", "[]"]) : list(messages))"#,
            #""statuses":\#(statuses.isEmpty ? random.pick(["null", "[]"]) : list(statuses))"#,
            #""errors":\#(random.pick(["null", "[]", "5", "[null]"]))"#,
        ]
        if random.happens(50) { fields.append(#""later":\#(RandomPoison.value(&random))"#) }
        fields.shuffle(using: &random)
        return #"{"value":{\#(fields.joined(separator: ","))},"field":"messages"}"#
    }

    /// A single object may stand for an array of one.
    private mutating func list(_ elements: [String]) -> String {
        elements.count == 1 && elements[0].hasPrefix("{") && random.happens(20) ? elements[0] : "[\(elements.joined(separator: ","))]"
    }

    private mutating func next() -> String {
        count += 1
        return "\(name).\(count)"
    }

    // MARK: Elements

    private mutating func message(_ isForeign: Bool) -> String {
        let id = next()
        elements += 1
        let (type, content, text) = content(id)
        var fields = [
            #""id":"\#(id)""#, #""from":"49170\#(random.number(below: 5))""#,
            #""timestamp":\#(random.pick([#""\#(second - Int64(random.number(below: 50)))""#, "\(second)", "null", #""soon""#, "1e30", "-1"]))"#,
        ]
        if let type { fields.append(#""type":"\#(type)""#) }
        if let content { fields.append(content) }
        for index in 0..<random.number(below: 3) { fields.append(#""unknown\#(index)":\#(RandomPoison.value(&random))"#) }
        fields.shuffle(using: &random)
        let number = isForeign ? Self.foreignNumber : Self.number
        good.append(
            Expected(
                key: "message|\(number)|\(id)", state: isForeign ? "held" : "posted", shown: isForeign ? nil : Wamid(rawValue: id), text: text))
        return "{\(fields.joined(separator: ","))}"
    }

    /// Good content of a message, and what of it has to be read.
    private mutating func content(_ id: String) -> (type: String?, content: String?, text: String?) {
        switch random.number(below: 12) {
        case 0: ("image", #""image":{"id":"file.\#(id)","mime_type":"image/jpeg","caption":"see \#(id)."}"#, "see \(id).")
        case 1: ("location", #""location":{"latitude":1.5,"longitude":2,"name":"at \#(id)."}"#, "at \(id).")
        case 2: ("contacts", #""contacts":[{"name":{"formatted_name":"Bo \#(id)."}}]"#, "Bo \(id).")
        case 3: ("unsupported", #""errors":[{"code":131051,"title":"no"}]"#, nil)
        case 4: ("hologram", #""hologram":{"depth":\#(RandomPoison.value(&random))}"#, nil)
        case 5: (nil, nil, nil)
        case 6: ("button", #""button":{"text":"tap \#(id).","payload":\#(RandomPoison.value(&random))}"#, "tap \(id).")
        case 7: ("reaction", #""reaction":{"message_id":"about.\#(id)","emoji":"🎈"}"#, "🎈")
        case 8: ("text", #""text":{"body":"lone \ud83d \#(id)."}"#, "\(id).")
        case 9: ("text", #""text":{"body":"<b>\#(id).</b>\u0000&\ud83d\ude00"}"#, "\(id).")
        case 10: ("order", #""order":{"product_items":[null,5,{"product_retailer_id":"p \#(id).","quantity":1e300}]}"#, "\(id).")
        default: ("text", #""text":{"body":"words \#(id)."},"context":{"id":"quoted.\#(id)"}"#, "words \(id).")
        }
    }

    private mutating func status(_ isForeign: Bool) -> String {
        elements += 1
        let isKnown = !isForeign && !sent.isEmpty && random.happens(60)
        let wamid = isKnown ? random.pick(sent) : next()
        let word = random.pick(["sent", "delivered", "read", "played", "brand-new"])
        let number = isForeign ? Self.foreignNumber : Self.number
        good.append(Expected(key: "status|\(number)|\(wamid)|\(word)|", state: isKnown ? "merged" : "ignored"))
        return
            #"{"id":"\#(wamid)","status":"\#(word)","timestamp":"\#(second)","recipient_id":null,"pricing":\#(RandomPoison.value(&random))}"#
    }

    /// Something in the place of a message that has no good content, no ID, no sender, or none of them.
    private mutating func poisonedMessage() -> String {
        guard random.happens(60) else { return poison() }
        elements += 1
        poisoned += 1
        let id = next()
        let fields = [
            #""id":null,"from":null,"timestamp":null,"type":null,"text":null"#,
            #""id":["\#(id)"],"from":"491","type":"text","text":{"body":"a"}"#,
            #""id":"\#(id)","from":{"x":1},"type":"text","text":{"body":"a"}"#,
            #""id":"\#(id)","from":"491700","type":"text","text":\#(random.pick(["null", "5", "[]", #"{"body":null}"#, #"{"body":{"x":1}}"#]))"#,
            #""id":"\#(id)","from":"491700","type":{"text":1},"text":{"body":5}"#,
            #""id":"\#(id)","id":"\#(next())","from":"491700","type":"text","type":"image","text":{"body":"a","body":"b"}"#,
            #""id":\#(RandomPoison.number(&random)),"from":"491700","type":"image","image":{"id":5,"sha256":[]}"#,
            #""id":"\#(id)","from":"491700","type":"location","location":{"latitude":1e999,"longitude":"east"}"#,
            #""id":"\#(id)","from":"491700","type":"interactive","interactive":{"type":"list_reply","list_reply":null}"#,
            #""id":"\#(id)","from":"491700","type":"contacts","contacts":\#(RandomPoison.value(&random))"#,
        ]
        return "{\(random.pick(fields))}"
    }
}

/// JSON that nobody expects.
enum RandomPoison {
    static func value(_ random: inout SeededGenerator) -> String {
        switch random.number(below: 10) {
        case 0: return "null"
        case 1: return number(&random)
        case 2: return #""\ud800 \udfff \ud83d""#
        case 3:
            let depth = 1 + random.number(below: 200)
            return String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        case 4:
            let depth = 1 + random.number(below: 100)
            return String(repeating: #"{"a":"#, count: depth) + "1" + String(repeating: "}", count: depth)
        case 5: return #"{"a":1,"a":2,"":null}"#
        case 6: return #"[null,true,"x",{},[],-1]"#
        case 7: return #""" "#
        case 8: return "\"" + String(repeating: "z", count: random.number(below: 3_000)) + "\""
        default: return "false"
        }
    }

    static func number(_ random: inout SeededGenerator) -> String {
        random.pick(["1e400", "-1e400", "123456789012345678901234567890", "0.1", "-0", "9223372036854775807", "1E-999"])
    }
}
