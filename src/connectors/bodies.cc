// Bodies of requests (PLUG-712).
#include "base/id.h"
#include "connectors/connector_run.h"
#include "connectors/request_text.h"
#include "expression/template.h"
#include "syntax/json.h"

namespace gyr::connectors {
namespace {

using base::Value;

std::string text_of(const Value* value) {
  return value == nullptr || value->is_null() ? std::string() : expression::to_text(*value);
}

}  // namespace

ConnectorRun::SentFiles::~SentFiles() {
  for (const auto& path : all) {
    std::error_code ignored;  // it is in the directory of the attempt, which goes away
    std::filesystem::remove(path, ignored);
  }
}

/// A local copy of a file of internal storage, or of another that a task may read. A request that is sent again uses
/// the same copy.
base::Task<base::Result<std::string>> ConnectorRun::local_copy(const std::string& uri) {
  plugin::Files* files = context_.files();
  if (files == nullptr)
    co_return base::fail(plugin::task_failed, "cannot send a file: internal storage is not available");
  if (auto known = sent_files_->by_address.find(uri); known != sent_files_->by_address.end()) co_return known->second;
  GYR_CO_TRY(auto directory, files->working_directory());
  auto local = directory / fmt::format(".body-{}", base::make_id(context_.now()).to_text());
  sent_files_->all.push_back(local);
  GYR_CO_CHECK(co_await files->fetch(uri, local));
  sent_files_->by_address.insert_or_assign(uri, local.string());
  co_return local.string();
}

/// One field of a multipart form: a text, or a map with `file` (an address) or `content`, and `name` and `contentType`.
base::Task<base::Result<void>> ConnectorRun::add_part(std::string_view name, const Value& value,
                                                      net::ClientRequest* request) {
  if (value.is_null()) co_return base::Result<void>();
  if (value.is_list()) {
    for (const Value& item : value.items()) GYR_CO_CHECK(co_await add_part(name, item, request));
    co_return base::Result<void>();
  }
  net::ClientRequest::FormPart part;
  part.name = name;
  if (!value.is_map()) {
    part.value = expression::to_text(value);
    request->multipart.push_back(std::move(part));
    co_return base::Result<void>();
  }
  part.file_name = text_of(value.find("name"));
  part.content_type = text_of(value.find("contentType"));
  const std::string uri = text_of(value.find("file"));
  if (uri.empty()) {
    part.value = text_of(value.find("content"));
  } else {
    GYR_CO_TRY(part.file, co_await local_copy(uri));
    if (part.file_name.empty()) part.file_name = uri.substr(uri.find_last_of('/') + 1);
  }
  if (part.content_type.empty() && !part.file_name.empty()) part.content_type = "application/octet-stream";
  request->multipart.push_back(std::move(part));
  co_return base::Result<void>();
}

base::Task<base::Result<void>> ConnectorRun::set_body(const RequestSpec& spec, net::ClientRequest* request) {
  std::string type;
  if (spec.json.is_set()) {
    GYR_CO_TRY(Value body, co_await render(spec.json));
    request->body = syntax::write_json(without_nulls(body));
    type = "application/json";
  } else if (spec.form.is_set()) {
    GYR_CO_TRY(Value form, co_await render(spec.form));
    request->body = query_of(form);
    type = "application/x-www-form-urlencoded";
  } else if (spec.ndjson.is_set()) {
    GYR_CO_TRY(Value items, co_await render(spec.ndjson));
    if (!items.is_list()) co_return base::fail(bad_property, "the body is no list, whose items would be its lines");
    for (const Value& item : items.items()) request->body += syntax::write_json(item) + "\n";
    type = "application/x-ndjson";
  } else if (spec.raw.is_set()) {
    GYR_CO_TRY(request->body, co_await render_text(spec.raw));
    type = "text/plain; charset=UTF-8";
  } else if (spec.file.is_set()) {
    GYR_CO_TRY(std::string uri, co_await render_text(spec.file));
    GYR_CO_TRY(request->body_file, co_await local_copy(uri));
    type = "application/octet-stream";
  } else if (spec.multipart.is_set()) {
    GYR_CO_TRY(Value fields, co_await render(spec.multipart));
    if (!fields.is_map()) co_return base::fail(bad_property, "the fields of a multipart form are no map");
    for (const auto& entry : fields.entries()) GYR_CO_CHECK(co_await add_part(entry.name(), entry.value, request));
    co_return base::Result<void>();  // the client writes the type, with its boundary
  } else {
    co_return base::Result<void>();
  }
  if (spec.content_type.is_set()) {
    GYR_CO_TRY(type, co_await render_text(spec.content_type));
  }
  request->headers.set("Content-Type", type);
  co_return base::Result<void>();
}

}  // namespace gyr::connectors
