#include "cli/verb.h"

#include <fmt/format.h>

#include <charconv>

#include "cli/errors.h"
#include "net/url.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using base::Value;

class VerbCommand final : public Command {
 public:
  explicit VerbCommand(const Verb& verb) : verb_(verb) {}

  void declare(Arguments& arguments) override {
    for (size_t i = 0; i < named().size(); ++i) {
      const VerbArgument& argument = named()[i];
      if (argument.parameter.empty()) {
        arguments.positional(std::string(argument.name), words_[i], std::string(argument.help));
      } else {
        arguments.optional_positional(std::string(argument.name), words_[i], std::string(argument.help));
      }
    }
    for (size_t i = 0; i < optional().size(); ++i) {
      const VerbOption& option = optional()[i];
      if (option.value_name.empty()) {
        arguments.flag(std::string(option.names), flags_[i], std::string(option.help));
      } else {
        arguments.option(std::string(option.names), std::string(option.value_name), values_[i],
                         std::string(option.help));
      }
    }
    if (verb_.answer == Answer::page) arguments.option("--limit", "N", limit_, "maximum number of rows (default: 100)");
    if (verb_.answer == Answer::text && verb_.field.empty()) {
      // The bytes of the answer are the output.
    } else {
      listing_.declare(arguments);
    }
    client_.declare(arguments);
  }

  int run(Session& session) override {
    for (size_t i = 0; i < named().size(); ++i) {
      if (named()[i].parameter.empty() && is_missing(words_[i])) return session.fail(missing());
    }
    auto limit = read_limit(limit_);
    if (!limit) return session.fail(limit.error());
    const std::string path = path_of_call();
    if (verb_.answer == Answer::page) {
      size_t total = 0;
      auto rows = read_pages(client_, path, *limit, total);
      if (!rows) return session.fail(rows.error());
      listing_.print_rows(session.console, *rows, columns(), verb_.ids);
      say_more(session, rows->size(), total);
      return exit_ok;
    }
    ApiCall call{.method = std::string(verb_.method), .path = path};
    if (verb_.body != nullptr) {
      call.body = syntax::write_json(verb_.body(given()));
      call.content_type = "application/json";
    }
    auto body = client_.send(call);
    if (!body) return session.fail(body.error());
    if (auto printed = print(session.console, *body); !printed) return session.fail(printed.error());
    return exit_ok;
  }

 private:
  std::span<const VerbArgument> named() const { return filled(verb_.arguments, &VerbArgument::name); }
  std::span<const VerbOption> optional() const { return filled(verb_.options, &VerbOption::names); }
  std::span<const Column> columns() const { return filled(verb_.columns, &Column::title); }

  std::vector<std::string> given() const {
    std::vector<std::string> out;
    for (size_t i = 0; i < named().size(); ++i) out.push_back(words_[i].value_or(""));
    return out;
  }

  base::Error missing() const {
    std::string names;
    size_t count = 0;
    for (const VerbArgument& argument : named()) {
      if (!argument.parameter.empty()) continue;
      names += fmt::format("{}{}", names.empty() ? "" : ", ", argument.name);
      ++count;
    }
    return base::Error(wrong_usage, fmt::format("{} {} required", names, count == 1 ? "is" : "are"))
        .with_hint("`--help` shows the arguments of the command");
  }

  std::string path_of_call() const {
    std::string path;
    for (size_t i = 0; i < verb_.path.size(); ++i) {
      if (verb_.path[i] == '{') {
        path += path_part(*words_[static_cast<size_t>(verb_.path[i + 1] - '0')]);
        i += 2;
      } else {
        path += verb_.path[i];
      }
    }
    for (size_t i = 0; i < named().size(); ++i) {
      if (!named()[i].parameter.empty() && !is_missing(words_[i])) append_query(path, named()[i].parameter, *words_[i]);
    }
    for (size_t i = 0; i < optional().size(); ++i) {
      if (flags_[i]) append_query(path, optional()[i].parameter, "true");
      if (values_[i]) append_query(path, optional()[i].parameter, *values_[i]);
    }
    return path;
  }

  base::Result<void> print(const Console& console, const std::string& body) const {
    if (verb_.answer == Answer::text && verb_.field.empty()) {
      console.out.write(body);
      return {};
    }
    Value answer;
    if (!body.empty()) {
      auto parsed = syntax::parse_json(body);
      if (!parsed) return base::fail(call_refused, "the server returned an answer that is not JSON");
      answer = *std::move(parsed);
    }
    const Value part = verb_.field.empty() || listing_.is_json() ? answer : value_at(answer, verb_.field);
    switch (verb_.answer) {
      case Answer::rows: listing_.print_rows(console, part, columns(), verb_.ids); break;
      case Answer::text:
        if (listing_.is_json() || listing_.is_quiet()) {
          listing_.print_object(console, answer, columns(), verb_.ids);
        } else {
          std::string text = part.is_null()     ? std::string(verb_.absent)
                             : part.is_string() ? std::string(part.text())
                                                : syntax::write_json(part);
          if (console.out.is_terminal()) text = printable(text);
          console.out.write(text.ends_with('\n') ? text : text + '\n');
        }
        break;
      case Answer::done:
        if (listing_.is_json()) listing_.print_object(console, answer, {}, "");
        break;
      case Answer::object:
      case Answer::page: listing_.print_object(console, part, columns(), verb_.ids); break;
    }
    return {};
  }

  const Verb& verb_;
  std::array<std::optional<std::string>, 4> words_;
  std::array<std::optional<std::string>, 5> values_;
  std::array<bool, 5> flags_ = {};
  std::optional<std::string> limit_;
  Listing listing_;
  ApiClient client_;
};

}  // namespace

void append_query(std::string& path, std::string_view name, std::string_view value) {
  path += fmt::format("{}{}={}", path.find('?') == std::string::npos ? '?' : '&', net::percent_encode(name),
                      net::percent_encode(value));
}

base::Result<size_t> read_limit(const std::optional<std::string>& text) {
  constexpr size_t usual = 100;
  if (!text) return usual;
  size_t limit = 0;
  auto read = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (read.ec != std::errc() || read.ptr != text->data() + text->size() || limit == 0)
    return base::fail(wrong_usage,
                      fmt::format("`{}` is not a valid value for `--limit`: it must be a number from 1", *text));
  return limit;
}

base::Result<Value> read_pages(const ApiClient& client, const std::string& path, size_t limit, size_t& total) {
  constexpr size_t max_page = 500;
  const size_t size = std::min(limit, max_page);
  base::ListBuilder rows;
  for (size_t page = 1; rows.size() < limit; ++page) {
    std::string one = path;
    append_query(one, "page", std::to_string(page));
    append_query(one, "size", std::to_string(size));
    GYR_TRY(Value answer, client.call_json({.path = one}));
    const Value* results = answer.find("results");
    if (results == nullptr || !results->is_list())
      return base::fail(call_refused, "the server returned an invalid list");
    const Value* count = answer.find("total");
    total = count != nullptr && count->is_integer() ? static_cast<size_t>(count->as_integer()) : results->size();
    for (const Value& row : results->items()) {
      if (rows.size() < limit) rows.push(row);
    }
    if (results->size() < size || rows.size() >= total) break;
  }
  return rows.build();
}

void say_more(const Session& session, size_t shown, size_t total) {
  if (shown < total) session.console.err.write(fmt::format("{} of {} shown; use --limit to show more\n", shown, total));
}

std::unique_ptr<Command> make_verb_command(const Verb& verb) { return std::make_unique<VerbCommand>(verb); }

}  // namespace gyr::cli
