// The content of the request of a webhook, as members of `trigger` (TRIG-97, TRIG-101, TRIG-102).
#include "base/text.h"
#include "storage/storage.h"
#include "web/executions/start.h"
#include "web/file_store.h"
#include "web/http/forms.h"
#include "web/webhooks/guard.h"
#include "web/webhooks/webhook.h"

namespace gyr::web {

using base::Value;

namespace {

/// A multipart form being read into storage.
struct FormInStorage {
  Request* request;
  std::string tenant;
  std::string folder;
  base::ListBuilder parts;
  size_t count = 0;
};

base::Task<base::Result<std::string>> take_part(FormInStorage* form, net::PartHead part,
                                                std::unique_ptr<net::BodyReader> content) {
  const std::string file_name = part.file_name && !part.file_name->empty() ? *part.file_name : "file";
  form->count += 1;
  GYR_CO_TRY(auto stored,
             co_await store_file(&form->request->services(), &form->request->loop(), form->tenant,
                                 fmt::format("{}/{}/{}", form->folder, form->count, file_name), content.get()));
  form->parts.push(
      Value::map({{"name", Value::string(part.name)},
                  {"filename", Value::string(file_name)},
                  {"contentType", Value::string(part.content_type.empty() ? "text/plain" : part.content_type)},
                  {"size", Value::integer(static_cast<int64_t>(stored.size))},
                  {"uri", Value::string(stored.uri)}}));
  co_return std::move(stored.uri);
}

/// `parts` and `formFields`.
base::Task<base::Result<void>> read_form(Request* request, FormInStorage* form, base::MapBuilder* members) {
  net::MultipartLimits limits;
  limits.field_bytes = std::min(limits.field_bytes, request->settings().limits.webhook_bytes);
  auto entries =
      co_await read_entries(request, limits, [form](net::PartHead part, std::unique_ptr<net::BodyReader> content) {
        return take_part(form, std::move(part), std::move(content));
      });
  if (!entries) co_return base::fail(entries.error());
  std::vector<std::pair<std::string, base::ListBuilder>> fields;
  for (const auto& entry : *entries) {
    if (entry.file_name) continue;
    auto found = std::ranges::find(fields, entry.name, [](const auto& field) { return field.first; });
    if (found == fields.end()) {
      fields.emplace_back(entry.name, base::ListBuilder());
      found = std::prev(fields.end());
    }
    found->second.push(
        Value::string(base::find_invalid_utf8(entry.value) ? base::repair_utf8(entry.value) : entry.value));
  }
  base::MapBuilder map;
  for (auto& [name, values] : fields) map.set(name, values.build());
  members->set("parts", form->parts.build());
  members->set("formFields", map.build());
  co_return base::Result<void>();
}

/// `body`, `uri`, or `parts` and `formFields`; whether something went to storage.
base::Task<base::Result<bool>> read_content(Request* request, const Webhook* webhook, std::string folder,
                                            base::MapBuilder* members) {
  const std::string& tenant = webhook->flow->key->tenant;
  if (request->media_type() == "multipart/form-data") {
    FormInStorage form{request, tenant, folder, {}, 0};
    GYR_CO_CHECK(co_await read_form(request, &form, members));
    co_return form.count > 0;
  }
  if (webhook->properties->fetch_type == "STORE") {
    GYR_CO_TRY(auto stored, co_await store_file(&request->services(), &request->loop(), tenant, folder + "/body",
                                                request->http().body.get()));
    members->set("uri", Value::string(stored.uri));
    co_return true;
  }
  GYR_CO_TRY(const std::string body, co_await request->read_body(body_limit(request, webhook)));
  members->set("body", webhook_body(body));
  co_return false;
}

/// A body that is stored in parts; it is cut off with an error after `limit` bytes.
class BoundedBody final : public net::BodyReader {
 public:
  BoundedBody(std::unique_ptr<net::BodyReader> below, uint64_t limit) : below_(std::move(below)), left_(limit) {}
  base::Task<base::Result<std::string>> next() override {
    GYR_CO_TRY(std::string piece, co_await below_->next());
    if (piece.size() > left_)
      co_return base::fail(net::body_too_large, "the body is larger than the limit of the webhook");
    left_ -= piece.size();
    co_return piece;
  }

 private:
  std::unique_ptr<net::BodyReader> below_;
  uint64_t left_;
};

}  // namespace

base::Task<base::Result<WebhookContent>> webhook_content(Request* request, const Webhook* webhook, base::Id execution) {
  base::MapBuilder members;
  GYR_CO_TRY(Value parameters, webhook_parameters(request->raw_query()));
  const model::FlowKey& flow = *webhook->flow->key;
  // TRIG-145
  const std::string folder =
      storage::execution_path(flow.namespace_, flow.id, execution) + "/trigger/" + webhook->trigger->id;
  if (const auto own = webhook->properties->max_body_bytes) {
    request->http().body = std::make_unique<BoundedBody>(std::move(request->http().body), static_cast<uint64_t>(*own));
  }
  auto stored = co_await read_content(request, webhook, folder, &members);
  if (!stored) {
    const base::Error error = stored.error();
    note_refusal(request, webhook, "A call was refused: " + error.message());
    co_await remove_folder(request, flow.tenant, folder);
    co_return base::fail(error);
  }
  members.set("headers", webhook_headers(request->headers(), request->identity().proof));
  members.set("parameters", std::move(parameters));
  co_return WebhookContent{members.build(), *stored};
}

}  // namespace gyr::web
