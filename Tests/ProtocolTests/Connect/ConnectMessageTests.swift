import Protocol
import Testing

@Suite("Connect's messages")
struct ConnectMessageTests {
    static let requests: [(json: String, message: Connect.ClientMessage)] = [
        (
            """
            {"mt":"Post","src":"a1","topic":"whatsapp","text":"hello","notify":["anna"],"tags":["support"],
             "attaching":0,"discussionGuid":"6f1c0000-0000-4000-8000-000000000001","discussionTitle":"#support"}
            """,
            message(
                "a1",
                .post(
                    Connect.Post(
                        topic: "whatsapp", text: "hello", notify: ["anna"], tags: ["support"],
                        discussionGuid: "6f1c0000-0000-4000-8000-000000000001", discussionTitle: "#support", attaching: 0)))
        ),
        (
            """
            {"mt":"Post","src":"a2","topic":"whatsapp","text":"for <b>you</b>","author":"whatsapp","repliesTo":4711,
             "notify":["anna","?sales"],"private":true,"reNotify":true,"attaching":0,"filterSrc":"f1","type":0,
             "attach":"https%3A%2F%2Fa.example%2Ff%3Fx%3D1 https%3A%2F%2Fa.example%2F%C3%A4%20b"}
            """,
            message(
                "a2",
                .post(
                    Connect.Post(
                        topic: "whatsapp", text: "for <b>you</b>", author: "whatsapp", type: 0, repliesTo: Connect.ID(rawValue: 4711),
                        notify: ["anna", "?sales"], attach: ["https://a.example/f?x=1", "https://a.example/ä b"], filterSource: "f1",
                        isPrivate: true, attaching: 0, notifiesAgain: true)))
        ),
        (
            #"{"mt":"Update","src":"a3","id":4711,"text":"better","notify":[],"tags":["support","urgent"]}"#,
            message(
                "a3", .update(Connect.Update(id: Connect.ID(rawValue: 4711), text: "better", notify: [], tags: ["support", "urgent"])))
        ),
        (#"{"mt":"Delete","src":"a4","id":4711}"#, message("a4", .delete(Connect.Named(id: Connect.ID(rawValue: 4711))))),
        (#"{"mt":"SetRead","src":"a5","id":4711}"#, message("a5", .setRead(Connect.Named(id: Connect.ID(rawValue: 4711))))),
        (
            #"{"mt":"SetFilter","src":"f1","filter":{"topics":["whatsapp"]},"count":50}"#,
            message("f1", .setFilter(Connect.SetFilter(filter: Connect.Filter(topics: ["whatsapp"]), count: 50)))
        ),
        (
            """
            {"mt":"SetFilter","src":"f2","count":10,"addsTo":4711,"liked":true,
             "filter":{"op":"or","tags":["support"],"filters":[{"authors":["anna"],"notifies":["bob"]}]}}
            """,
            message(
                "f2",
                .setFilter(
                    Connect.SetFilter(
                        filter: Connect.Filter(op: "or", tags: ["support"], filters: [Connect.Filter(authors: ["anna"], notifies: ["bob"])]),
                        count: 10, addsTo: Connect.ID(rawValue: 4711), liked: true)))
        ),
        (
            #"{"mt":"GetMore","src":"f1","count":50,"timestamp":1788264000000,"id":4294967301}"#,
            message(
                "f1", .getMore(Connect.GetMore(count: 50, timestamp: 1_788_264_000_000, id: Connect.ID(rawValue: 4_294_967_301))))
        ),
        (
            #"{"mt":"GetMore","src":"f1","addsTo":4711,"liked":true,"read":true}"#,
            message("f1", .getMore(Connect.GetMore(addsTo: Connect.ID(rawValue: 4711), liked: true, read: true)))
        ),
        (
            #"{"mt":"Discussion","src":"a6","discussion":4711,"count":1000}"#,
            message("a6", .discussion(Connect.Discussion(discussion: Connect.ID(rawValue: 4711), count: 1_000)))
        ),
        (#"{"mt":"Attachments","src":"a7","id":4711}"#, message("a7", .attachments(Connect.Named(id: Connect.ID(rawValue: 4711))))),
        (#"{"mt":"ReadTopics","src":"a8"}"#, message("a8", .readTopics(Connect.ReadTopics()))),
        (
            #"{"mt":"WriteTopic","src":"a9","id":5,"sip":"whatsapp?sales","dn":"Sales"}"#,
            message("a9", .writeTopic(Connect.WriteTopic(id: Connect.ID(rawValue: 5), sip: "whatsapp?sales", dn: "Sales")))
        ),
        (
            #"{"mt":"WriteTopic","src":"a10","id":5,"sip":"whatsapp?sales"}"#,
            message("a10", .writeTopic(Connect.WriteTopic(id: Connect.ID(rawValue: 5), sip: "whatsapp?sales")))
        ),
        (
            #"{"mt":"Update","src":"a11","id":4711,"text":"with files","attaching":2}"#,
            message("a11", .update(Connect.Update(id: Connect.ID(rawValue: 4711), text: "with files", attaching: 2)))
        ),
        (
            #"{"mt":"CreateFileBuffer","src":"a12","name":"Angebot für Ö.pdf","size":104857600,"mime":"application/pdf"}"#,
            message("a12", .createFileBuffer(Connect.CreateFileBuffer(name: "Angebot für Ö.pdf", size: 104_857_600, mime: "application/pdf")))
        ),
        (#"{"mt":"CreateFileBuffer","src":"a13","name":"a"}"#, message("a13", .createFileBuffer(Connect.CreateFileBuffer(name: "a")))),
        (#"{"mt":"DeleteFileBuffer","src":"a14","id":12}"#, message("a14", .deleteFileBuffer(Connect.Named(id: Connect.ID(rawValue: 12))))),
    ]

    static let indications: [(json: String, message: Connect.ServerMessage)] = [
        (
            """
            {"mt":"Add","src":"f1","id":4711,"addsTo":4711,"author":"anna","dn":"Anna Arnold","topic":"whatsapp","text":"<b>hello</b>",
             "timestamp":1788264000000,"rtimestamp":1788264000500,"replies":2,"likes":1,"like":true,"read":1788264000400,"unread":0,
             "tags":["support"],"notify":["bob","?sales"],"private":true,"discussionGuid":"6f1c","discussionTitle":"Ben"}
            """,
            indication(
                "f1",
                .add(
                    Connect.Add(
                        id: Connect.ID(rawValue: 4711), addsTo: Connect.ID(rawValue: 4711), author: "anna", dn: "Anna Arnold",
                        topic: "whatsapp", text: "<b>hello</b>", timestamp: 1_788_264_000_000, newestTimestamp: 1_788_264_000_500,
                        replies: 2, likes: 1, isLiked: true, read: 1_788_264_000_400, unread: 0, tags: ["support"],
                        notify: ["bob", "?sales"], isPrivate: true, discussionGuid: "6f1c", discussionTitle: "Ben")))
        ),
        (
            #"{"mt":"Add","src":"f1","id":4712,"addsTo":4711,"repliesTo":4711,"author":"bob","topic":"whatsapp","text":"hi","timestamp":1}"#,
            indication(
                "f1",
                .add(
                    Connect.Add(
                        id: Connect.ID(rawValue: 4712), addsTo: Connect.ID(rawValue: 4711), repliesTo: Connect.ID(rawValue: 4711),
                        author: "bob", topic: "whatsapp", text: "hi", timestamp: 1)))
        ),
        (
            #"{"mt":"PostResult","src":"a1","id":4711,"discussionGuid":"6f1c"}"#,
            indication("a1", .postResult(Connect.PostResult(id: Connect.ID(rawValue: 4711), discussionGuid: "6f1c")))
        ),
        (
            #"{"mt":"PostResult","src":"a1","id":4712,"addsTo":4711,"session":"18446744073709551615","key":"9007199254740993"}"#,
            indication(
                "a1",
                .postResult(
                    Connect.PostResult(
                        id: Connect.ID(rawValue: 4712), addsTo: Connect.ID(rawValue: 4711), session: "18446744073709551615",
                        key: "9007199254740993")))
        ),
        (
            #"{"mt":"PostResult","src":"a1","error":true,"errorCode":"RATE_LIMIT","errorText":"slower","retryAfter":7}"#,
            indication(
                "a1", .postResult(Connect.PostResult(failure: Connect.Failure(code: "RATE_LIMIT", text: "slower", retryAfter: 7))))
        ),
        (
            #"{"mt":"UpdateResult","src":"a3","session":"12","key":"34"}"#,
            indication("a3", .updateResult(Connect.UpdateResult(session: "12", key: "34")))
        ),
        (#"{"mt":"DeleteResult","src":"a4"}"#, indication("a4", .deleteResult(Connect.PlainResult()))),
        (
            #"{"mt":"SetReadResult","src":"a5","id":4711}"#,
            indication("a5", .setReadResult(Connect.NamedResult(id: Connect.ID(rawValue: 4711))))
        ),
        (#"{"mt":"SetFilterResult","src":"f1"}"#, indication("f1", .setFilterResult(Connect.PlainResult()))),
        (#"{"mt":"GetMoreResult","src":"f1"}"#, indication("f1", .getMoreResult(Connect.PlainResult()))),
        (
            #"{"mt":"DiscussionResult","src":"a6","error":"gone"}"#,
            indication("a6", .discussionResult(Connect.PlainResult(failure: Connect.Failure(detail: "gone"))))
        ),
        (
            #"{"mt":"AttachmentsResult","src":"a7","files":[{"id":1,"url":"files/1?k=2","name":"photo.jpg"},{"url":"x"}]}"#,
            indication(
                "a7",
                .attachmentsResult(
                    Connect.AttachmentsResult(files: [
                        Connect.File(id: Connect.ID(rawValue: 1), url: "files/1?k=2", name: "photo.jpg"), Connect.File(url: "x"),
                    ])))
        ),
        (
            #"{"mt":"Topic","src":"a8","id":5,"sip":"whatsapp?sales","dn":"Sales"}"#,
            indication("a8", .topic(Connect.Topic(id: Connect.ID(rawValue: 5), sip: "whatsapp?sales", dn: "Sales")))
        ),
        (#"{"mt":"Topic","src":"a8","sip":"whatsapp"}"#, indication("a8", .topic(Connect.Topic(sip: "whatsapp")))),
        (#"{"mt":"ReadTopicsResult","src":"a8"}"#, indication("a8", .readTopicsResult(Connect.PlainResult()))),
        (
            #"{"mt":"WriteTopicResult","src":"a9","id":5}"#,
            indication("a9", .writeTopicResult(Connect.NamedResult(id: Connect.ID(rawValue: 5))))
        ),
        (
            #"{"mt":"Add","src":"f1","id":4713,"topic":"whatsapp","files":3,"updated":1788264000900}"#,
            indication(
                "f1", .add(Connect.Add(id: Connect.ID(rawValue: 4713), topic: "whatsapp", files: 3, updated: 1_788_264_000_900)))
        ),
        (
            #"{"mt":"AttachmentsResult","src":"a7","files":[{"id":2,"url":"files/2","name":"a.pdf","size":52428800,"mime":"application/pdf"}]}"#,
            indication(
                "a7",
                .attachmentsResult(
                    Connect.AttachmentsResult(files: [
                        Connect.File(id: Connect.ID(rawValue: 2), url: "files/2", name: "a.pdf", size: 52_428_800, mime: "application/pdf")
                    ])))
        ),
        (
            #"{"mt":"CreateFileBufferResult","src":"a12","id":12,"url":"files/buffer/12?key=9f"}"#,
            indication(
                "a12", .createFileBufferResult(Connect.CreateFileBufferResult(id: Connect.ID(rawValue: 12), url: "files/buffer/12?key=9f")))
        ),
        (
            #"{"mt":"CreateFileBufferResult","src":"a12","error":true,"errorCode":"TOO_LARGE"}"#,
            indication(
                "a12", .createFileBufferResult(Connect.CreateFileBufferResult(failure: Connect.Failure(code: "TOO_LARGE"))))
        ),
        (#"{"mt":"DeleteFileBufferResult","src":"a14"}"#, indication("a14", .deleteFileBufferResult(Connect.PlainResult()))),
        (#"{"mt":"KeepAlive"}"#, indication(nil, .other(mt: "KeepAlive", Connect.PlainResult()))),
    ]

    @Test("A request is written as the protocol prints it", arguments: requests)
    func requestIsWritten(json: String, message: Connect.ClientMessage) throws {
        #expect(try JSONTree(message.json()) == JSONTree(json))
    }

    @Test("A request is read back", arguments: requests)
    func requestIsRead(json: String, message: Connect.ClientMessage) throws {
        #expect(try Connect.ClientMessage(json: Array(json.utf8)) == message)
    }

    @Test("An indication is read as the protocol prints it", arguments: indications)
    func indicationIsRead(json: String, message: Connect.ServerMessage) throws {
        #expect(try Connect.ServerMessage(json: json.utf8) == message)
    }

    @Test("An indication is written as the protocol prints it", arguments: indications)
    func indicationIsWritten(json: String, message: Connect.ServerMessage) throws {
        #expect(try JSONTree(message.json()) == JSONTree(json))
    }

    @Test("A failure is told, whichever result it comes in", arguments: ["CreateFileBufferResult", "DeleteFileBufferResult"])
    func failure(mt: String) throws {
        let message = try Connect.ServerMessage(json: #"{"mt":"\#(mt)","error":"full","errorCode":"BUSY"}"#.utf8)
        #expect(message.indication.failure == Connect.Failure(detail: "full", code: "BUSY"))
    }

    @Test(
        "Connect's answer to an upload says whether the file is stored, or nothing",
        arguments: [
            (#"{"ok":true,"id":7}"#, true, 7), (#"{"ok":1,"id":"7"}"#, true, 7), (#"{"ok":false}"#, false, nil), (#"{"ok":0}"#, false, nil),
            (#"{"id":7}"#, nil, 7), (#"{"ok":null}"#, nil, nil), ("{}", nil, nil),
        ] as [(String, Bool?, UInt64?)]
    )
    func uploadAnswer(json: String, isStored: Bool?, id: UInt64?) throws {
        let answer = try #require(Connect.UploadAnswer(json: json.utf8))
        #expect(answer == Connect.UploadAnswer(isStored: isStored, id: id.map(Connect.ID.init(rawValue:))))
    }

    @Test("What is no object answers no upload", arguments: ["", "OK", "[]", "<html>", "{"])
    func noUploadAnswer(json: String) { #expect(Connect.UploadAnswer(json: json.utf8) == nil) }

    @Test("No request carries an api property, a false flag or an unset text")
    func nothingNeedlessIsWritten() throws {
        for (_, message) in Self.requests {
            guard case .object(let fields) = try JSONTree(message.json()) else {
                Issue.record("\(message.request.mt) is no object")
                continue
            }
            #expect(fields["api"] == nil)
            #expect(!fields.values.contains(.bool(false)))
            #expect(!fields.values.contains(.null))
        }
    }

    private static func message(_ source: String, _ request: Connect.Request) -> Connect.ClientMessage {
        Connect.ClientMessage(source: source, request: request)
    }

    private static func indication(_ source: String?, _ indication: Connect.Indication) -> Connect.ServerMessage {
        Connect.ServerMessage(source: source, indication: indication)
    }
}
