// `gyr explain CODE`: prints the pages of docs/errors, which are embedded in the program.
#include "base/text.h"
#include "cli/command.h"
#include "cli/errors.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using base::Value;

constexpr std::string_view code_prefix = "GYR-";

/// The code of a page: `GYR-F014.md` gives `GYR-F014`. Empty if the file is not the page of a code.
std::string_view code_of(const base::EmbeddedFile& page) {
  if (!page.name.starts_with(code_prefix) || !page.name.ends_with(".md")) return {};
  return page.name.substr(0, page.name.size() - 3);
}

/// The title of a page: the words after the colon in `# GYR-F014: unknown property`.
std::string_view title_of(const base::EmbeddedFile& page) {
  std::string_view line = page.content.substr(0, page.content.find('\n'));
  size_t colon = line.find(": ");
  return colon == std::string_view::npos ? line : line.substr(colon + 2);
}

/// Normalises a code: `f014`, `gyr-f014` and `GYR-F014` are the same.
std::string normal_code(std::string_view text) {
  std::string code(base::trim(text));
  for (char& c : code) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return code.starts_with(code_prefix) ? code : std::string(code_prefix) + code;
}

class ExplainCommand final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.optional_positional("CODE", code_, "error code, such as GYR-F014 or f014");
    arguments.flag("--list", list_, "list all codes with their titles");
    arguments.flag("--json", json_, "print JSON");
  }

  int run(Session& session) override {
    if (list_ && code_)
      return session.fail(base::Error(wrong_usage, "cannot combine `--list` with CODE").with_hint("omit one of them"));
    if (list_) return list(session);
    if (!code_)
      return session.fail(
          base::Error(wrong_usage, "CODE is missing").with_hint("`gyr explain --list` lists all codes"));
    std::string wanted = normal_code(*code_);
    const base::EmbeddedFile* page = base::find_embedded(session.program.error_pages, wanted + ".md");
    if (page == nullptr || code_of(*page).empty()) return unknown(session, wanted);
    if (!json_) {
      session.console.out.write(page->content);
      return exit_ok;
    }
    Value value = Value::map({{"code", Value::string(code_of(*page))},
                              {"title", Value::string(title_of(*page))},
                              {"text", Value::string(page->content)}});
    session.console.out.write(syntax::write_json(value) + '\n');
    return exit_ok;
  }

 private:
  int list(Session& session) const {
    std::string out;
    base::ListBuilder pages;
    for (const base::EmbeddedFile& page : session.program.error_pages) {
      std::string_view code = code_of(page);
      if (code.empty()) continue;
      out += fmt::format("{}  {}\n", code, title_of(page));
      pages.push(Value::map({{"code", Value::string(code)}, {"title", Value::string(title_of(page))}}));
    }
    session.console.out.write(json_ ? syntax::write_json(pages.build()) + '\n' : out);
    return exit_ok;
  }

  static int unknown(Session& session, const std::string& wanted) {
    std::vector<std::string_view> codes;
    for (const base::EmbeddedFile& page : session.program.error_pages) {
      if (!code_of(page).empty()) codes.push_back(code_of(page));
    }
    auto near = base::nearest(wanted, codes);
    std::string hint = near ? fmt::format("did you mean `{}`? `gyr explain --list` lists all codes", *near)
                            : "`gyr explain --list` lists all codes";
    return session.fail(
        base::Error(unknown_error_code, fmt::format("unknown error code `{}`", wanted)).with_hint(std::move(hint)));
  }

  std::optional<std::string> code_;
  bool list_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_explain() { return std::make_unique<ExplainCommand>(); }

}  // namespace gyr::cli
