import Protocol
import Testing

@Suite struct StatusTests {
    private func status(_ written: String) throws -> WhatsApp.Status {
        try #require(try messagesValue(of: notification(statuses: "[\(written)]")).statuses.first?.value)
    }

    @Test("A status is read with prices and conversation")
    func complete() throws {
        let status = try status(
            #"""
            {"id":"wamid.X","status":"delivered","timestamp":"1790000050","recipient_id":"4917600","recipient_user_id":"DE.77",
             "recipient_parent_user_id":"DE.ENT.5","biz_opaque_callback_data":"conv-81/msg-5","recipient_identity_key_hash":"h",
             "pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"service"},
             "conversation":{"id":"c1","origin":{"type":"referral_conversion"},"expiration_timestamp":"1790086400"}}
            """#
        )
        #expect(status.id == "wamid.X")
        #expect(status.kind == .delivered)
        #expect(status.timestamp == 1_790_000_050)
        #expect(status.recipientID == "4917600")
        #expect(status.recipientUserID == "DE.77")
        #expect(status.recipientParentUserID == "DE.ENT.5")
        #expect(status.callbackData == "conv-81/msg-5")
        #expect(status.identityKeyHash == "h")
        #expect(status.pricing?.isBillable == true)
        #expect(status.pricing?.model == "PMP")
        #expect(status.pricing?.type == "regular")
        #expect(status.pricing?.category == "service")
        #expect(status.conversation?.id == "c1")
        #expect(status.conversation?.origin == "referral_conversion")
        #expect(status.conversation?.expiration == 1_790_086_400)
    }

    @Test("A failure carries its errors, nested or flat")
    func failed() throws {
        let status = try status(
            #"{"id":"wamid.X","status":"failed","timestamp":1790000050,"errors":[{"code":131047,"title":"Re-engagement","error_data":{"details":"24 hours"}},{"code":1,"details":"flat"}]}"#
        )
        #expect(status.kind == .failed)
        #expect(status.errors.map(\.code) == [131_047, 1])
        #expect(status.errors.map(\.details) == ["24 hours", "flat"])
    }

    @Test("The parent's older spelling is understood")
    func olderSpelling() throws {
        #expect(try status(#"{"id":"wamid.X","status":"read","parent_recipient_user_id":"DE.ENT.5"}"#).recipientParentUserID == "DE.ENT.5")
    }

    @Test("A group's status names the member")
    func group() throws {
        let status = try status(
            #"{"id":"wamid.X","status":"read","recipient_id":"G1","recipient_type":"group","recipient_participant_id":"4917600","recipient_participant_user_id":"DE.77"}"#
        )
        #expect(status.recipientType == "group")
        #expect(status.participantID == "4917600")
        #expect(status.participantUserID == "DE.77")
    }

    @Test("A word for the status that nobody knows is kept", arguments: ["warning", "deleted", "teleported"])
    func openKind(word: String) throws {
        #expect(try status(#"{"id":"wamid.X","status":"\#(word)"}"#).kind == WhatsApp.Status.Kind(rawValue: word))
    }
}
