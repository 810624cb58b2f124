#include "main/flow_folders.h"

#include "base/log.h"
#include "cli/await.h"
#include "cli/console.h"
#include "cli/flow_files.h"
#include "command/command.h"
#include "syntax/diagnostic.h"

namespace gyr::main {
namespace {

base::Result<void> save(Runtime& runtime, const model::Flow& flow, std::string_view source) {
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

}  // namespace

void load_flow_folders(Runtime& runtime, const std::vector<std::string>& folders) {
  if (folders.empty()) return;
  cli::FileOutput out(1), err(2);
  cli::Console console{out, err};
  auto files = cli::find_flow_files(folders);
  if (!files) return base::log::warn("cannot load flows: {}", files.error().message());
  size_t loaded = 0;
  for (const std::string& path : *files) {
    auto file = cli::read_flow_file(path, console);
    if (!file) {
      base::log::warn("cannot load flows from `{}`: {}", path, file.error().message());
      continue;
    }
    for (const syntax::YamlPart& part : (*file)->parts) {
      auto parsed = cli::parse_part(**file, part, runtime.registry(), runtime.parse_options());
      if (!parsed.ok()) {
        err.write(
            syntax::print_diagnostics(parsed.diagnostics, (*file)->name, (*file)->text, {.color = console.color(err)}) +
            '\n');
        base::log::warn("skipped a flow in `{}` that is not valid", path);
      } else if (auto saved = save(runtime, *parsed.flow, part.text); !saved) {
        base::log::warn("cannot save the flow `{}.{}` from `{}`: {}", parsed.flow->namespace_, parsed.flow->id, path,
                        saved.error().message());
      } else {
        ++loaded;
      }
    }
  }
  base::log::info("loaded {} flows from {} files", loaded, files->size());
}

}  // namespace gyr::main
