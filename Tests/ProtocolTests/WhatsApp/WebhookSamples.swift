import Protocol
import Testing

/// Puts elements into the envelope that Meta puts around them.
func notification(messages: String = "[]", statuses: String = "[]", errors: String = "[]", contacts: String = "[]") -> String {
    #"""
    {"object":"whatsapp_business_account","entry":[{"id":"8101","changes":[{"field":"messages","value":{
     "messaging_product":"whatsapp","metadata":{"display_phone_number":"4930555000","phone_number_id":"1090"},
     "contacts":\#(contacts),"messages":\#(messages),"statuses":\#(statuses),"errors":\#(errors)}}]}]}
    """#
}

/// The value of the only change of a notification.
func messagesValue(of body: String) throws -> WhatsApp.MessagesValue {
    let webhook = try WhatsApp.Webhook.decode(Array(body.utf8))
    let change = try #require(webhook.entries.first?.value?.changes.first?.value)
    guard case .messages(let value) = change.value else {
        Issue.record("no value of the field messages")
        throw MalformedJSONBody.notJSON
    }
    return value
}

/// The only message of a notification, given the fields that follow `id`, `from` and `timestamp`.
func message(_ fields: String) throws -> WhatsApp.Message {
    let body = notification(messages: #"[{"id":"wamid.A","from":"4917600","timestamp":"1790000000",\#(fields)}]"#)
    return try #require(try messagesValue(of: body).messages.first?.value)
}
