#include "cli/flow_inputs.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/text.h"
#include "cli/data_file.h"
#include "cli/errors.h"
#include "model/input.h"
#include "model/labels.h"

namespace gyr::cli {

using base::Value;

namespace {

/// Splits `name=value` at the first `=`; nullopt if there is none.
std::optional<std::pair<std::string, std::string>> split_pair(const std::string& text) {
  size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return std::nullopt;
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

base::Error no_pair(std::string_view option, std::string_view text, std::string_view example) {
  return base::Error(wrong_usage,
                     fmt::format("`{}` is not a valid value for `{}`: it must have the form NAME=VALUE", text, option))
      .with_hint(fmt::format("for example: {} {}", option, example));
}

base::Error given_twice(std::string_view option, std::string_view name) {
  return base::Error(wrong_usage, fmt::format("`{}` gives `{}` twice", option, name))
      .with_hint("pass several values of one input as a JSON list: name='[1, 2]'");
}

/// True for the URI of a stored or remote file, false for a path.
bool is_address(std::string_view text) {
  return text.find("://") != std::string_view::npos || text.starts_with("kestra:");
}

base::Result<std::string> copy(int from, const std::string& path, storage::ByteSink& to) {
  std::string buffer(256 * 1024, '\0');
  for (;;) {
    ssize_t count = ::read(from, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      return base::fail(unreadable_file, fmt::format("cannot read `{}`: {}", shown_name(path), std::strerror(errno)));
    if (count == 0) return to.finish();
    GYR_CHECK(to.write(std::string_view(buffer).substr(0, static_cast<size_t>(count))));
  }
}

}  // namespace

void FlowInputs::declare(Arguments& arguments) {
  arguments.list("-i,--inputs", "NAME=VALUE", given_, "inputs of the flow; the value of a FILE input is a path");
  arguments.option("--inputs-file", "FILE", inputs_file_,
                   "read inputs from a JSON or YAML file; `-` reads standard input");
  arguments.list("--file", "NAME=PATH", file_options_, "file for an input; `-` reads standard input");
  arguments.list("--labels", "KEY=VALUE", label_options_, "labels of the execution");
}

base::Result<void> FlowInputs::read(const Console& console, std::optional<std::string>& left_over) {
  base::MapBuilder values;
  for (const std::string& text : given_) {
    auto pair = split_pair(text);
    if (!pair && !left_over && &text == &given_.back()) {
      left_over = text;
      break;
    }
    if (!pair) return base::fail(no_pair("--inputs", text, "name=Ada"));
    if (base::find_invalid_utf8(text))
      return base::fail(wrong_usage,
                        fmt::format("the value of the input `{}` is not valid UTF-8; pass it as a file", pair->first));
    if (values.find(pair->first) != nullptr) return base::fail(given_twice("--inputs", pair->first));
    values.set(pair->first, Value::string(pair->second));
  }
  if (inputs_file_) {
    GYR_TRY(Value map, read_map(*inputs_file_, "the value of `--inputs-file`", console));
    for (const base::MapEntry& entry : map.entries()) values.set_if_absent(entry.name(), entry.value);
  }
  values_ = values.build();
  for (const std::string& text : file_options_) {
    auto pair = split_pair(text);
    if (!pair || pair->second.empty()) return base::fail(no_pair("--file", text, "data=report.csv"));
    if (std::ranges::find(files_, pair->first, &std::pair<std::string, std::string>::first) != files_.end()) {
      return base::fail(given_twice("--file", pair->first));
    }
    files_.push_back(std::move(*pair));
  }
  for (const std::string& text : label_options_) {
    auto pair = split_pair(text);
    if (!pair || pair->second.empty()) return base::fail(no_pair("--labels", text, "team=data"));
    labels_.push_back({std::move(pair->first), std::move(pair->second)});
  }
  return model::check_caller_labels(labels_);
}

base::Result<Value> FlowInputs::store(const model::Flow& flow, base::Id execution, std::string_view tenant,
                                      storage::Storage& storage, const Console& console) const {
  base::MapBuilder values(values_);
  std::vector<std::pair<std::string, std::string>> files = files_;
  for (const model::NamedInput& named : model::expand_inputs(flow.inputs)) {
    const Value* given = values.find(named.id);
    if (named.input->type != model::InputType::file || given == nullptr || !given->is_string()) continue;
    std::string path(given->text());
    bool by_option = std::ranges::find(files_, named.id, &std::pair<std::string, std::string>::first) != files_.end();
    if (!by_option && !path.empty() && !is_address(path)) files.emplace_back(named.id, path);
  }
  for (const auto& [id, path] : files) {
    GYR_TRY(InputFile file, open_input(path, console));
    std::string name = path == "-" ? "stdin" : std::filesystem::path(path).filename().string();
    std::string target = storage::input_path(flow.namespace_, flow.id, execution, id, name);
    GYR_TRY(auto sink, storage.put(tenant, target));
    GYR_TRY(std::string uri, copy(file.fd(), path, *sink));
    values.set(id, Value::string(uri));
  }
  return values.build();
}

}  // namespace gyr::cli
