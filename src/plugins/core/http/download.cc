// io.kestra.plugin.core.http.Download (CORE-21, CORE-24)
#include <fstream>

#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/http/download_name.h"
#include "plugins/core/http/exchange.h"

namespace gyr::plugins::core {
namespace {

namespace fs = std::filesystem;
using base::Value;

struct Download : HttpProperties {
  model::Dynamic<bool> fail_on_empty_response;
  model::Dynamic<std::string> save_as;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Result<std::string> stored_name(const plugin::RunContext& context, const std::optional<std::string>& save_as,
                                      const net::ClientResponse& response, std::string_view uri) {
  if (save_as) return checked_name(*save_as);
  if (auto disposition = response.headers.get("Content-Disposition")) {
    if (auto name = name_in_disposition(*disposition)) return encoded_name(*name);
  }
  return base::make_id(context.now()).to_text() + encoded_name(extension_of_address(uri));
}

base::Task<plugin::TaskResult> Download::run(plugin::RunContext& context) const {
  plugin::Files* files = context.files();
  if (files == nullptr) co_return base::fail(plugin::task_failed, "internal storage is not available");
  GYR_CO_TRY(auto name, co_await context.render(save_as));
  if (name) GYR_CO_CHECK(checked_name(*name));
  GYR_CO_TRY(auto fail_on_empty, co_await context.render(fail_on_empty_response));
  GYR_CO_TRY(PreparedRequest prepared, co_await prepare_request(context, *this));
  std::string uri = prepared.address.uri;
  bool allow_failed = prepared.allow_failed;
  GYR_CO_TRY(fs::path directory, files->working_directory());
  fs::path local = directory / base::make_id(context.now()).to_text();
  prepared.request.to_file = local.string();
  prepared.request.max_body_bytes = 0;
  GYR_CO_TRY(net::ClientResponse response, co_await exchange(context, std::move(prepared)));

  if (response.body_bytes == 0) {
    if (fail_on_empty.value_or(true) && !allow_failed) co_return base::fail(response_failed, "No response from server");
    context.log(model::LogLevel::warn, fmt::format("'{}' answered with an empty body", uri));
    // A client that had nothing to write may not have made the file.
    co_await files->on_pool([&local] { std::ofstream(local, std::ios::app).close(); });
  }
  GYR_CO_TRY(std::string stored, stored_name(context, name, response, uri));
  GYR_CO_TRY(std::string address, co_await files->store(local, std::move(stored)));
  base::MapBuilder outputs;
  outputs.set("uri", Value::string(address));
  outputs.set("code", Value::narrow_integer(response.status));
  outputs.set("length", Value::integer(static_cast<int64_t>(response.body_bytes)));
  outputs.set("headers", header_lists(response.headers));
  co_return plugin::Success{outputs.build(), std::nullopt};
}

}  // namespace

plugin::TaskType http_download_task() {
  return plugin::task_type<Download>("io.kestra.plugin.core.http.Download")
      .title("Downloads a file to internal storage")
      .documentation("The response body is written directly to a file. Its size is not limited by memory.")
      .trait(plugin::Trait::killable)
      .with([](auto& builder) { describe_http(builder); })
      .property("failOnEmptyResponse", &Download::fail_on_empty_response,
                {.title = "Whether an empty response body fails the task",
                 .default_value = Value::boolean(true),
                 .group = "main"})
      .property("saveAs", &Download::save_as, {.title = "Name of the stored file", .group = "main"})
      .output("uri", {.type = model::ValueType::uri, .title = "URI of the file in internal storage"})
      .output("code", {.type = model::ValueType::integer, .title = "HTTP status code of the response"})
      .output("length", {.type = model::ValueType::integer, .title = "Size of the response body in bytes"})
      .output("headers", {.type = model::ValueType::map,
                          .title = "Response headers: the name in lower case, with a list of values"})
      .example("Downloads a CSV file", R"(id: load
type: io.kestra.plugin.core.http.Download
uri: https://example.com/orders.csv
)")
      .build();
}

}  // namespace gyr::plugins::core
