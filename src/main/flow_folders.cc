#include "main/flow_folders.h"

#include <algorithm>

#include "base/log.h"
#include "cli/await.h"
#include "cli/console.h"
#include "cli/flow_files.h"
#include "command/command.h"
#include "syntax/diagnostic.h"

namespace gyr::main {

base::Result<void> save_flow(Runtime& runtime, const model::Flow& flow, std::string_view source) {
  executor::SaveFlow command;
  command.row.key = {"main", flow.namespace_, flow.id};
  command.row.source = model::strip_revision_line(source);
  command.row.disabled = flow.disabled;
  command.row.labels = flow.labels;
  command.row.description = flow.description;
  GYR_CHECK(cli::await<executor::Answer>(
      [&](auto callback) { runtime.commands().submit(std::move(command), std::move(callback)); }));
  return {};
}

base::Result<std::vector<LoadedFlow>> load_flow_file(Runtime& runtime, const std::string& path,
                                                     const cli::Console& console, bool warnings) {
  GYR_TRY(auto file, cli::read_flow_file(path, console));
  std::vector<LoadedFlow> loaded;
  for (const syntax::YamlPart& part : file->parts) {
    auto parsed = cli::parse_part(*file, part, runtime.registry(), runtime.parse_options());
    LoadedFlow one{.name = parsed.id.empty() ? "a flow" : fmt::format("{}.{}", parsed.namespace_, parsed.id)};
    if (!parsed.diagnostics.empty() && (warnings || !parsed.ok())) {
      console.err.write(
          syntax::print_diagnostics(parsed.diagnostics, file->name, file->text, {.color = console.color(console.err)}) +
          '\n');
    }
    if (parsed.ok()) {
      auto saved = save_flow(runtime, *parsed.flow, part.text);
      one.saved = saved.has_value();
      if (!saved) base::log::warn("cannot save the flow `{}` from `{}`: {}", one.name, path, saved.error().message());
    } else {
      base::log::warn("skipped a flow in `{}` that is not valid", path);
    }
    loaded.push_back(std::move(one));
  }
  return loaded;
}

void load_flow_folders(Runtime& runtime, const std::vector<std::string>& folders) {
  if (folders.empty()) return;
  cli::FileOutput out(1), err(2);
  cli::Console console{out, err};
  auto files = cli::find_flow_files(folders);
  if (!files) return base::log::warn("cannot load flows: {}", files.error().message());
  size_t saved = 0;
  for (const std::string& path : *files) {
    auto flows = load_flow_file(runtime, path, console, false);
    if (!flows) {
      base::log::warn("cannot load flows from `{}`: {}", path, flows.error().message());
      continue;
    }
    saved += static_cast<size_t>(std::ranges::count(*flows, true, &LoadedFlow::saved));
  }
  base::log::info("loaded {} flows from {} files", saved, files->size());
}

}  // namespace gyr::main
