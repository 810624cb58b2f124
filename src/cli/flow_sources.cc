#include "cli/flow_sources.h"

#include <fmt/format.h>

#include "cli/errors.h"
#include "cli/flow_files.h"
#include "cli/line_changes.h"
#include "cli/listing.h"
#include "model/flow_parser.h"
#include "syntax/yaml.h"

namespace gyr::cli {

using base::Value;

base::Result<std::vector<LocalFlow>> flows_in(const std::string& path, const std::optional<std::string>& namespace_,
                                              const Console& console) {
  GYR_TRY(auto file, read_flow_file(path, console));
  std::vector<LocalFlow> flows;
  for (const syntax::YamlPart& part : file->parts) {
    auto parsed = syntax::parse_yaml(part.text);
    if (!parsed) return base::fail(parsed.error().with_prefix(fmt::format("{}: ", printable(file->name))));
    const Value root = (*parsed)->to_value();
    LocalFlow flow{.file = file->name,
                   .namespace_ = cell_text(value_at(root, "namespace")),
                   .id = cell_text(value_at(root, "id")),
                   .source = model::strip_revision_line(file->parts.size() == 1 ? file->text : part.text)};
    if (flow.id.empty() || (flow.namespace_.empty() && !namespace_))
      return base::fail(
          base::Error(call_refused, fmt::format("{}: the flow has no id or no namespace", printable(file->name)))
              .with_hint("`gyr flow validate FILE` shows all errors"));
    if (namespace_ && flow.namespace_ != *namespace_) {
      GYR_TRY(flow.source, moved_to_namespace(flow.source, *namespace_));
      flow.namespace_ = *namespace_;
    }
    flows.push_back(std::move(flow));
  }
  return flows;
}

base::Result<std::optional<std::string>> source_on_server(const ApiClient& client, const LocalFlow& flow) {
  auto answer = client.call_json(
      {.path = fmt::format("flows/{}/{}?source=true", path_part(flow.namespace_), path_part(flow.id))});
  if (!answer && answer.error().code() == not_on_server) return std::optional<std::string>();
  if (!answer) return base::fail(answer.error());
  const Value source = value_at(*answer, "source");
  return std::optional(source.is_string() ? std::string(source.text()) : std::string());
}

}  // namespace gyr::cli
