// Flows as files: export to a zip, import from YAML or a zip (API-49, API-90).
#include "storage/zip.h"
#include "web/flows.h"
#include "web/flows/flow_pages.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/forms.h"
#include "web/http/limits.h"
#include "web/http/older_parameters.h"
#include "web/http/streamed.h"
#include "web/http/typed.h"
#include "web/routes.h"
#include "web/source_archive.h"

namespace gyr::web {
namespace {

using executor::SaveFlow;

using Rows = std::vector<store::FlowRow>;

/// An archive that is being sent, part by part.
struct FlowZip {
  const Services* services;
  base::Loop* loop;
  base::Instant now;
  std::function<base::Task<base::Result<Rows>>()> next;  ///< the next flows; empty at the end
  storage::ZipWriter writer = {};
  bool finished = false;
};

base::Result<std::string> packed(storage::ZipWriter& writer, const Rows& rows, base::Instant now) {
  std::string bytes;
  for (const auto& row : rows) {
    GYR_TRY(std::string head, writer.begin(fmt::format("{}.{}.yml", row.key.namespace_, row.key.id), now));
    GYR_TRY(std::string content, writer.add(row.source));
    GYR_TRY(std::string tail, writer.end_entry());
    bytes += head + content + tail;
  }
  return bytes;
}

base::Task<base::Result<std::string>> next_part(std::shared_ptr<FlowZip> zip) {
  std::string bytes;
  while (bytes.empty() && !zip->finished) {
    GYR_CO_TRY(Rows rows, co_await zip->next());
    if (rows.empty()) {
      zip->finished = true;
      GYR_CO_TRY(bytes, zip->writer.finish());
    } else {
      GYR_CO_TRY(bytes, co_await on_pool<std::string>(&zip->services->work, zip->loop, [zip, rows = std::move(rows)] {
                   return packed(zip->writer, rows, zip->now);
                 }));
    }
  }
  co_return bytes;
}

base::Task<Outcome> send_zip(Request* request, std::function<base::Task<base::Result<Rows>>()> next) {
  auto zip = std::make_shared<FlowZip>(
      FlowZip{&request->services(), &request->loop(), request->services().clock.now(), std::move(next)});
  co_return co_await streamed(zip_answer({}, "flows.zip"), [zip] { return next_part(zip); });
}

/// Flows that are named, in parts.
struct NamedFlows {
  const Services* services;
  base::Loop* loop;
  store::Access access;
  std::vector<model::FlowKey> keys;
  size_t done = 0;
};

base::Task<base::Result<Rows>> next_named(std::shared_ptr<NamedFlows> named) {
  constexpr size_t flows_a_part = 200;
  Rows rows;
  while (rows.empty() && named->done < named->keys.size()) {
    const size_t begin = std::exchange(named->done, std::min(named->done + flows_a_part, named->keys.size()));
    GYR_CO_TRY(rows,
               co_await read<Rows>(
                   &named->services->store, named->loop, [named, begin](store::Reader& reader) -> base::Result<Rows> {
                     Rows found;
                     for (size_t i = begin; i < named->done; ++i) {
                       GYR_TRY(auto row, reader.flow(named->keys[i], 0));
                       if (row && !row->deleted && !row->draft && named->access.allows(row->key.namespace_))
                         found.push_back(*std::move(row));
                     }
                     return found;
                   }));
  }
  co_return rows;
}

base::Task<Outcome> export_by_ids(Request* request, FlowIds body) {
  GYR_CO_TRY(auto keys, flow_keys_of(body, request->tenant()));
  auto named = std::make_shared<NamedFlows>(
      NamedFlows{&request->services(), &request->loop(), request->access(), std::move(keys)});
  co_return co_await send_zip(request, [named] { return next_named(named); });
}

base::Task<Outcome> export_by_query(Request* request) {
  GYR_CO_TRY(auto selection, select_flows(*request));
  if (selection.nothing) {
    co_return co_await send_zip(request, []() -> base::Task<base::Result<Rows>> { co_return Rows(); });
  }
  selection.query.drafts = false;
  auto pages = std::make_shared<FlowPages>(&request->services(), &request->loop(), std::move(selection.query));
  co_return co_await send_zip(request, [pages] { return pages->next(); });
}

// ---------------------------------------------------------------------------------------------- import

base::Task<base::Result<OrProblem<std::vector<std::string>>>> import_flows(Request* request) {
  GYR_CO_TRY(auto upload, co_await read_upload(request, "fileUpload", request->settings().limits.archive_bytes));
  if (!upload) co_return base::fail(bad_argument, "the form has no file `fileUpload`");
  GYR_CO_TRY(auto flows, co_await on_pool<std::vector<ImportedSource>>(
                             &request->services().work, &request->loop(),
                             [upload = *std::move(upload), limits = request->settings().limits] {
                               return unpack_sources(upload, limits);
                             }));
  const bool stop_at_problem = request->flag("failOnError");
  std::vector<std::string> failed;
  for (size_t begin = 0; begin < flows.size(); begin += bulk_commands) {
    const size_t end = std::min(begin + bulk_commands, flows.size());
    std::vector<std::string> sources;
    for (size_t i = begin; i < end; ++i) sources.push_back(std::move(flows[i].source));
    auto saved = co_await save_flows(request, std::move(sources), SaveFlow::Mode::upsert, stop_at_problem);
    for (size_t i = 0; i < saved.size(); ++i) {
      auto* problem = std::get_if<Problem>(&saved[i]);
      if (problem == nullptr) continue;
      // A problem of one flow is reported for the flow; a failing store fails the request.
      if (stop_at_problem || problem->status >= 429) co_return std::move(*problem);
      failed.push_back(flows[begin + i].name);
    }
  }
  co_return failed;
}

}  // namespace

std::vector<Route> flow_archive_routes() {
  return {
      {.method = Method::post,
       .path = "~/flows/export/by-ids",
       .operation = "exportFlowsByIds",
       .summary = "Export flows as a zip",
       .rule = {{"FLOW", Action::read}, of_each},
       .handler = typed<export_by_ids>,
       .body = json_body,
       .answer = sends("application/octet-stream")},
      {.method = Method::get,
       .path = "~/flows/export/by-query",
       .operation = "exportFlowsByQuery",
       .summary = "Export the flows that match as a zip",
       .rule = {{"FLOW", Action::read}, of_rows},
       .handler = typed<export_by_query>,
       .filters = Resource::flow,
       .older = older::flows,
       .answer = sends("application/octet-stream")},
      {.method = Method::post,
       .path = "~/flows/import",
       .operation = "importFlows",
       .summary = "Import flows from YAML or a zip",
       .rule = {{"FLOW", Action::update}, of_each},
       .handler = typed<import_flows>,
       .query = {{"failOnError", ValueKind::boolean, "Stop at the first flow that cannot be imported", false, "false"}},
       .body = multipart_body,
       .takes = json_type<json::FileUpload>},
  };
}

}  // namespace gyr::web
