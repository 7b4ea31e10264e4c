import Bridge

/// How inbound events are stored, as it was released. Rows of any age have to be read back, so this table only ever grows: a new case or
/// field adds a row, and none that is here is changed or removed.
let goldenInboundEvents: [(json: String, event: InboundEvent)] =
    [
        (
            #"{"message":{"_0":{"content":{"text":{"_0":"Grüße / 1"}},"number":"7","quotes":"wamid.0","sender":[{"businessScopedUserID":{"_0":"DE.1"}},{"parentBusinessScopedUserID":{"_0":"US.ENT.1"}},{"phone":{"_0":"491760000001"}},{"group":{"_0":"g1"}}],"senderName":"Ada","type":"text","wamid":"wamid.1","writtenAt":{"milliseconds":1790000000000}}}}"#,
            .message(
                CustomerMessage(
                    number: PhoneNumberID(rawValue: "7"), wamid: Wamid(rawValue: "wamid.1"),
                    sender: [.businessScopedUserID("DE.1"), .parentBusinessScopedUserID("US.ENT.1"), .phone("491760000001"), .group("g1")],
                    senderName: "Ada", writtenAt: Moment(seconds: 1_790_000_000), type: "text", content: .text("Grüße / 1"),
                    quotes: Wamid(rawValue: "wamid.0")))
        ),
        (
            #"{"message":{"_0":{"content":{"text":{"_0":""}},"number":"7","sender":[{"phone":{"_0":"1"}}],"type":"text","wamid":"wamid.1","writtenAt":{"milliseconds":0}}}}"#,
            .message(
                CustomerMessage(
                    number: PhoneNumberID(rawValue: "7"), wamid: Wamid(rawValue: "wamid.1"), sender: [.phone("1")],
                    writtenAt: Moment(milliseconds: 0), content: .text("")))
        ),
        (
            #"{"status":{"_0":{"at":{"milliseconds":1790000000001},"error":{"code":131047,"details":"late","isTransient":false,"subcode":5},"messageID":"m-1","number":"7","participant":"p","status":"failed","wamid":"wamid.2"}}}"#,
            .status(
                DeliveryStatus(
                    number: PhoneNumberID(rawValue: "7"), wamid: Wamid(rawValue: "wamid.2"), status: "failed",
                    at: Moment(milliseconds: 1_790_000_000_001), messageID: "m-1", participant: "p",
                    error: DeliveryError(code: 131_047, subcode: 5, isTransient: false, details: "late")))
        ),
        (
            #"{"status":{"_0":{"at":{"milliseconds":0},"error":{"code":1,"isTransient":true},"number":"7","status":"failed","wamid":"wamid.2"}}}"#,
            .status(
                DeliveryStatus(
                    number: PhoneNumberID(rawValue: "7"), wamid: Wamid(rawValue: "wamid.2"), status: "failed", at: Moment(milliseconds: 0),
                    error: DeliveryError(code: 1, isTransient: true)))
        ),
        (
            #"{"status":{"_0":{"at":{"milliseconds":0},"number":"7","status":"read","wamid":"wamid.2"}}}"#,
            .status(
                DeliveryStatus(
                    number: PhoneNumberID(rawValue: "7"), wamid: Wamid(rawValue: "wamid.2"), status: "read", at: Moment(milliseconds: 0)))
        ),
        (
            #"{"notice":{"_0":{"at":{"milliseconds":0},"key":"k","number":"7","reason":"account news","type":"account_update"}}}"#,
            .notice(
                InboundEvent.Notice(
                    type: "account_update", number: PhoneNumberID(rawValue: "7"), reason: "account news", at: Moment(milliseconds: 0), key: "k"))
        ),
        (
            #"{"notice":{"_0":{"at":{"milliseconds":0},"key":"k","reason":"account news","type":"account_update"}}}"#,
            .notice(
                InboundEvent.Notice(type: "account_update", number: nil, reason: "account news", at: Moment(milliseconds: 0), key: "k"))
        ),
        (
            #"{"unreadable":{"_0":{"at":{"milliseconds":0},"error":"no id","key":"k","number":"7","path":"entry[0]"}}}"#,
            .unreadable(
                InboundEvent.Unreadable(
                    path: "entry[0]", error: "no id", number: PhoneNumberID(rawValue: "7"), at: Moment(milliseconds: 0), key: "k"))
        ),
        (
            #"{"unreadable":{"_0":{"at":{"milliseconds":0},"error":"no id","key":"k","path":"entry[0]"}}}"#,
            .unreadable(InboundEvent.Unreadable(path: "entry[0]", error: "no id", number: nil, at: Moment(milliseconds: 0), key: "k"))
        ),
    ]
    + [
        (
            #"{"message":{"_0":{"content":{"identityChange":{"_0":{"current":[{"phone":{"_0":"2"}}],"replaced":[{"phone":{"_0":"1"}}],"text":"t"}}},"number":"7","sender":[{"phone":{"_0":"1"}}],"type":"system","wamid":"wamid.1","writtenAt":{"milliseconds":0}}}}"#,
            .message(
                CustomerMessage(
                    number: PhoneNumberID(rawValue: "7"), wamid: Wamid(rawValue: "wamid.1"), sender: [.phone("1")],
                    writtenAt: Moment(milliseconds: 0), type: "system",
                    content: .identityChange(IdentityChange(replaced: [.phone("1")], current: [.phone("2")], text: "t"))))
        ),
        (
            #"{"echo":{"_0":{"content":{"text":{"_0":"a"}},"files":[{"mimeType":"image/png","name":"n","source":{"media":{"digest":"d","id":"9"}}},{"source":{"text":{"_0":"BEGIN"}}}],"forwarding":"often","number":"7","referral":{"address":"a","headline":"h"},"sender":[{"phone":{"_0":"1"}}],"type":"image","wamid":"wamid.1","writtenAt":{"milliseconds":0}}}}"#,
            .echo(
                CustomerMessage(
                    number: PhoneNumberID(rawValue: "7"), wamid: Wamid(rawValue: "wamid.1"), sender: [.phone("1")],
                    writtenAt: Moment(milliseconds: 0), type: "image", content: .text("a"),
                    files: [
                        CustomerFile(source: .media(id: "9", digest: "d"), name: "n", mimeType: "image/png"), CustomerFile(source: .text("BEGIN")),
                    ],
                    forwarding: .often, referral: CustomerMessage.Referral(headline: "h", address: "a")))
        ),
    ]
    + goldenPlaceholders.map { json, placeholder in
        (
            #"{"message":{"_0":{"content":{"placeholder":{"_0":\#(json)}},"number":"7","sender":[{"phone":{"_0":"1"}}],"type":"x","wamid":"wamid.1","writtenAt":{"milliseconds":0}}}}"#,
            InboundEvent.message(
                CustomerMessage(
                    number: PhoneNumberID(rawValue: "7"), wamid: Wamid(rawValue: "wamid.1"), sender: [.phone("1")],
                    writtenAt: Moment(milliseconds: 0), type: "x", content: .placeholder(placeholder)))
        )
    }

/// What stands in an event for a message that is no plain text. Only ever grows, too.
let goldenPlaceholders: [(json: String, placeholder: MessagePlaceholder)] = [
    (#"{"media":{"_0":"image","_3":"notFetched","caption":"c","name":"n"}}"#, .media(.image, name: "n", caption: "c", .notFetched)),
    (#"{"media":{"_0":"video","_3":"attached"}}"#, .media(.video, name: nil, caption: nil, .attached)),
    (#"{"media":{"_0":"audio","_3":"loading"}}"#, .media(.audio, name: nil, caption: nil, .loading)),
    (#"{"media":{"_0":"voice","_3":"below"}}"#, .media(.voice, name: nil, caption: nil, .below)),
    (#"{"media":{"_0":"document","_3":"lost"}}"#, .media(.document, name: nil, caption: nil, .lost)),
    (#"{"media":{"_0":"sticker","_3":"tooLarge"}}"#, .media(.sticker, name: nil, caption: nil, .tooLarge)),
    (#"{"media":{"_0":"sticker","_3":"refused"}}"#, .media(.sticker, name: nil, caption: nil, .refused)),
    (
        #"{"location":{"address":"a","latitude":50.5,"longitude":-7.25,"name":"n"}}"#,
        .location(latitude: 50.5, longitude: -7.25, name: "n", address: "a")
    ),
    (#"{"location":{"latitude":50.5,"longitude":-7.25}}"#, .location(latitude: 50.5, longitude: -7.25, name: nil, address: nil)),
    (#"{"contacts":{"_0":[{"lines":["+49 1"],"name":"Ada"}]}}"#, .contacts([.init(name: "Ada", lines: ["+49 1"])])),
    (#"{"reaction":{"emoji":"👍","quote":"q"}}"#, .reaction(emoji: "👍", quote: "q")),
    (#"{"reaction":{"emoji":"👍"}}"#, .reaction(emoji: "👍", quote: nil)),
    (#"{"reactionRemoved":{"quote":"q"}}"#, .reactionRemoved(quote: "q")),
    (#"{"reactionRemoved":{}}"#, .reactionRemoved(quote: nil)),
    (#"{"button":{"_0":"Yes"}}"#, .button("Yes")),
    (#"{"choice":{"description":"d","title":"t"}}"#, .choice(title: "t", description: "d")),
    (#"{"choice":{"title":"t"}}"#, .choice(title: "t", description: nil)),
    (#"{"form":{"answers":["a: b"],"name":"n"}}"#, .form(name: "n", answers: ["a: b"])),
    (#"{"form":{"answers":[]}}"#, .form(name: nil, answers: [])),
    (#"{"callPermission":{"granted":true}}"#, .callPermission(granted: true)),
    (
        #"{"order":{"items":[{"price":"1 EUR","product":"p","quantity":"2"},{"product":"q","quantity":"1"}],"text":"t"}}"#,
        .order(text: "t", items: [.init(product: "p", quantity: "2", price: "1 EUR"), .init(product: "q", quantity: "1")])
    ),
    (#"{"order":{"items":[]}}"#, .order(text: nil, items: [])),
    (#"{"system":{"_0":"s"}}"#, .system("s")),
    (#"{"system":{}}"#, .system(nil)),
    (#"{"opened":{}}"#, .opened),
    (#"{"edited":{"text":"t"}}"#, .edited(text: "t")),
    (#"{"edited":{}}"#, .edited(text: nil)),
    (#"{"revoked":{}}"#, .revoked),
    (#"{"unsupported":{"code":131051,"details":"d","kind":"poll"}}"#, .unsupported(kind: "poll", code: 131_051, details: "d")),
    (#"{"unsupported":{}}"#, .unsupported(kind: nil, code: nil, details: nil)),
    (#"{"unknown":{"details":"d","type":"t"}}"#, .unknown(type: "t", details: "d")),
    (#"{"unknown":{}}"#, .unknown(type: nil, details: nil)),
    (#"{"broken":{}}"#, .broken),
]
