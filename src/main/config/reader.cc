#include "main/config/reader.h"

#include <fmt/format.h>

#include <fstream>
#include <map>

#include "base/text.h"
#include "main/config/byte_size.h"
#include "main/config/key_names.h"
#include "main/config/keys.h"
#include "main/config/text_value.h"
#include "main/config/unused.h"
#include "model/bind.h"
#include "model/no_types.h"
#include "syntax/excerpt.h"
#include "syntax/yaml.h"

namespace gyr::main::config {

using base::Value;
using model::Property;
using model::PropertyOptions;
using model::Schema;
using model::TypeInfo;
using model::ValueType;
using syntax::Diagnostic;
using syntax::Node;
using syntax::NodePtr;
using syntax::Severity;

namespace {

/// Sections whose unknown keys belong to somebody else: a typo is told, anything else is not an error.
constexpr std::string_view values_of_types = "kestra.plugins.configurations.values";

/// Variables that have these prefixes and are not keys.
constexpr std::string_view other_variables[] = {"KESTRA_CONFIGURATION", "KESTRA_CONFIGURATION_PATH",
                                                "KESTRA_PLUGINS_PATH", "KESTRA_JAVA_OPTS"};

using EnvironmentVariables = std::map<std::string, std::string, std::less<>>;

EnvironmentVariables variables_of(const char* const* environment) {
  EnvironmentVariables variables;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view line = *environment;
    const size_t equals = line.find('=');
    if (equals != std::string_view::npos) variables.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  return variables;
}

/// Where a value came from.
struct Origin {
  size_t source = 0;
  syntax::Span span;
};

/// The values that were found, by name below their section.
struct Slot {
  std::map<std::string, Slot, std::less<>> children;  // of a section
  NodePtr value;                                      // of a key: as its type is bound
  Origin origin;
};

/// Reads one configuration. Lives for one call.
class Reader {
 public:
  Reader(const char* const* environment, Strictness strictness)
      : variables_(variables_of(environment)), strictness_(strictness) {}

  void file(const std::string& name) {
    std::ifstream stream(name, std::ios::binary);
    std::string text(max_file_bytes + 1, '\0');
    if (stream) stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<size_t>(std::max<std::streamsize>(stream.gcount(), 0)));
    if (!stream.eof() && text.size() <= max_file_bytes) {
      add_source(name, {});
      report({.code = bad_configuration,
              .message = "cannot read the configuration file `" + name + "`",
              .help = "give another one with --config"});
      return;
    }
    document(name, std::move(text));
  }

  void document(std::string name, std::string text) {
    add_source(std::move(name), std::move(text));
    const std::string& source = result_.sources[source_].text;
    if (source.size() > max_file_bytes) {
      result_.sources[source_].text.clear();
      report({.code = bad_configuration, .message = "the configuration is larger than 4 MB"});
      return;
    }
    auto parsed = syntax::parse_yaml(source);
    if (!parsed) {
      report(syntax::diagnostic_of(parsed.error()));
      return;
    }
    const NodePtr& root = *parsed;
    if (root->is_null() || root->is_missing()) return;
    if (!root->is_mapping()) {
      report({.code = bad_configuration, .message = "a configuration is a YAML mapping", .span = root->span()});
      return;
    }
    section(root, Settings::schema(), {}, root_);
  }

  void environment() {
    if (auto inline_document = variables_.find("KESTRA_CONFIGURATION"); inline_document != variables_.end())
      document(inline_document->first, inline_document->second);
    // GYR_… is short for KESTRA_…, whose full name wins.
    for (const auto& [name, text] : variables_) {
      if (name.starts_with("GYR_")) variable(name, text);
    }
    for (const auto& [name, text] : variables_) {
      for (std::string_view prefix : {"KESTRA_", "MICRONAUT_", "DATASOURCES_", "ENDPOINTS_"}) {
        if (name.starts_with(prefix)) variable(name, text);
      }
    }
  }

  Reading finish() {
    const model::NoTypes types;
    model::BindContext context(types);
    const NodePtr given = build(Settings::schema(), root_);
    result_.given = given->to_value();
    Settings::schema().bind(given, &result_.settings, context);
    // Values were checked one by one. What is left are rules over several.
    if (!result_.failed()) {
      for (Diagnostic found : context.diagnostics()) {
        if (found.severity != Severity::error) continue;
        const std::optional<Origin> origin = origin_of(found.path);
        if (origin) {
          source_ = origin->source;
          if (origin->span.line != 0) found.span = origin->span;
        } else {
          add_source("configuration", {});  // two variables, or a variable and a default
        }
        report(std::move(found));
      }
    }
    std::erase_if(result_.sources, [](const SourceFindings& source) { return source.diagnostics.empty(); });
    return std::move(result_);
  }

 private:
  void add_source(std::string name, std::string text) {
    source_ = result_.sources.size();
    result_.sources.push_back({std::move(name), std::move(text), {}});
  }

  Diagnostic& report(Diagnostic found) {
    auto& diagnostics = result_.sources[source_].diagnostics;
    diagnostics.push_back(std::move(found));
    return diagnostics.back();
  }

  Diagnostic& report(base::ErrorCode code, Severity severity, const std::string& path, std::string message,
                     const syntax::Span& span) {
    return report({.code = code,
                   .severity = severity,
                   .message = std::move(message),
                   .path = path,
                   .span = span.line == 0 ? std::nullopt : std::optional(span)});
  }

  Severity of_typo() const { return strictness_ == Strictness::check ? Severity::error : Severity::warning; }

  // ---- sections

  void section(const NodePtr& node, const Schema& schema, const std::string& path, Slot& slot) {
    for (const auto& entry : node->entries()) take(entry.key, entry.value, entry.key_span, schema, path, slot);
  }

  /// One entry of a section; its key may be dotted (`retries.delay`).
  void take(std::string_view key, const NodePtr& node, const syntax::Span& key_span, const Schema& schema,
            const std::string& path, Slot& slot) {
    const auto join = [&path](std::string_view name) {
      return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
    };
    if (const Property* property = find_property(schema, key)) {
      return value_of_key(*property, node, key_span, join(property->name), slot.children[property->name]);
    }
    const size_t dot = key.find('.');
    const Property* head = dot == std::string_view::npos ? nullptr : find_property(schema, key.substr(0, dot));
    if (head != nullptr && head->type.type == ValueType::object) {
      return take(key.substr(dot + 1), node, key_span, head->type.object(), join(head->name),
                  slot.children[head->name]);
    }
    unknown(key, node, key_span, &schema, path);
  }

  void unknown(std::string_view key, const NodePtr& node, const syntax::Span& key_span, const Schema* schema,
               const std::string& section_path) {
    const std::string path = section_path.empty() ? std::string(key) : fmt::format("{}.{}", section_path, key);
    const std::string plain = without_indexes(path);
    if (node->is_mapping() && has_unused_below(plain)) {
      for (const auto& entry : node->entries()) unknown(entry.key, entry.value, entry.key_span, nullptr, path);
      return;
    }
    if (const UnusedKey* unused = find_unused(plain)) return report_unused(*unused, path, node, key_span);
    const auto meant = schema == nullptr ? std::nullopt : nearest_name(*schema, without_indexes(section_path), key);
    if (!meant) {
      // Trees of other programs, and settings of types that are not here.
      if (section_path.empty() || without_indexes(section_path) == values_of_types) {
        if (section_path.empty() && strictness_ == Strictness::server) return;
        report(unused_key, Severity::warning, path,
               fmt::format("`{}` has no effect: Gyrfalcon does not read this key", path), key_span);
        return;
      }
    }
    Diagnostic& found =
        report(unknown_key, of_typo(), path, fmt::format("unknown configuration key `{}`", path), key_span);
    found.label = section_path.empty() ? "not a known key" : fmt::format("not a key of `{}`", section_path);
    if (meant) found.help = fmt::format("did you mean `{}`?", *meant);
  }

  void report_unused(const UnusedKey& unused, const std::string& path, const NodePtr& node,
                     const syntax::Span& key_span) {
    const NodePtr value = unused.refused.empty() ? node : with_variables(node, path, true);
    const std::string text = value->is_scalar() ? model::scalar_text(*value) : std::string();
    if (is_refused(unused, text)) {
      report(bad_configuration, Severity::error, path,
             fmt::format("`{}: {}` is not available in this version", path, syntax::excerpt(text)), node->span())
          .help = fmt::format("{}; leave the key out", unused.reason);
      return;
    }
    if (unused.silent) return;
    report(unused_key, Severity::warning, path, fmt::format("`{}` has no effect: {}", path, unused.reason), key_span);
  }

  // ---- keys

  void value_of_key(const Property& property, const NodePtr& given, const syntax::Span& key_span,
                    const std::string& path, Slot& slot) {
    if (given->is_null()) {
      slot = {};
      return;
    }
    const Origin origin{source_, given->span().line == 0 ? key_span : given->span()};
    if (property.type.type == ValueType::object) {
      if (given->is_missing()) return;
      if (!given->is_mapping()) return refuse(property.type, property.options, path, given);
      if (slot.origin.span.line == 0) slot.origin = {source_, key_span};
      return section(given, property.type.object(), path, slot);
    }
    if (slot.value != nullptr && slot.origin.source == source_) {
      report(bad_configuration, of_typo(), path, fmt::format("`{}` is set twice; the first value counts", path),
             key_span);
      return;
    }
    const bool open = holds_anything(property.type);
    const NodePtr node = with_variables(given, path, open);
    if (property.options.deprecated) {
      report(unused_key, Severity::warning, path, fmt::format("`{}` is a deprecated key", path), key_span).help =
          property.options.title;
    }
    if (auto cleaned = clean(node, property.type, property.options, path)) {
      slot = {};
      slot.value = std::move(*cleaned);
      slot.origin = origin;
    }
  }

  static bool holds_anything(const TypeInfo& type) {
    switch (type.type) {
      case ValueType::any:
      case ValueType::map: return true;
      case ValueType::list: return type.element().type == ValueType::object;
      default: return false;
    }
  }

  /// The value as its type is bound; null: as good as none; nothing: it was refused.
  std::optional<NodePtr> clean(const NodePtr& node, const TypeInfo& type, const PropertyOptions& options,
                               const std::string& path) {
    switch (type.type) {
      case ValueType::any: return node;
      case ValueType::list: return clean_list(node, type, options, path);
      case ValueType::map: return clean_map(node, type, options, path);
      case ValueType::object: return clean_object(node, type, options, path);
      default: break;
    }
    if (!node->is_scalar() || node->is_null()) {
      refuse(type, options, path, node);
      return std::nullopt;
    }
    const bool is_text = type.type == ValueType::string && !is_byte_size(type);
    const std::string text = node->value().is_boolean() && type.type == ValueType::boolean
                                 ? (node->value().as_boolean() ? "true" : "false")
                                 : model::scalar_text(*node);
    if (text.empty() && !is_text) return nullptr;
    NodePtr found = node_of_text(text, type, options);
    if (found != nullptr) return found;
    refuse(type, options, path, node);
    return std::nullopt;
  }

  std::optional<NodePtr> clean_list(const NodePtr& node, const TypeInfo& type, const PropertyOptions& options,
                                    const std::string& path) {
    if (node->is_missing()) return nullptr;
    std::vector<NodePtr> items;
    if (node->is_scalar() && type.element().type != ValueType::object) {
      const std::string text = model::scalar_text(*node);
      for (std::string_view part : base::split(text, ',')) {
        if (base::trim(part).empty()) continue;
        items.push_back(Node::of_value(Value::string(base::trim(part))));
      }
      if (items.empty()) return nullptr;
    } else if (node->is_sequence()) {
      items.assign(node->items().begin(), node->items().end());
    } else {
      refuse(type, options, path, node);
      return std::nullopt;
    }
    std::vector<NodePtr> cleaned;
    bool good = true;
    for (size_t i = 0; i < items.size(); ++i) {
      auto item = clean(items[i], type.element(), {}, fmt::format("{}[{}]", path, i));
      good &= item.has_value();
      if (item && *item != nullptr) cleaned.push_back(*item);
    }
    if (!good) return std::nullopt;
    return Node::sequence(std::move(cleaned), node->span());
  }

  std::optional<NodePtr> clean_map(const NodePtr& node, const TypeInfo& type, const PropertyOptions& options,
                                   const std::string& path) {
    if (node->is_missing()) return nullptr;
    if (!node->is_mapping()) {
      refuse(type, options, path, node);
      return std::nullopt;
    }
    std::vector<syntax::NodeEntry> entries;
    bool good = true;
    for (const auto& entry : node->entries()) {
      auto value = clean(entry.value, type.element(), {}, fmt::format("{}.{}", path, entry.key));
      good &= value.has_value();
      if (value && *value != nullptr) entries.push_back({entry.key, entry.key_span, *value});
    }
    if (!good) return std::nullopt;
    return Node::mapping(std::move(entries), node->span());
  }

  /// An entry of a list of objects.
  std::optional<NodePtr> clean_object(const NodePtr& node, const TypeInfo& type, const PropertyOptions& options,
                                      const std::string& path) {
    if (!node->is_mapping()) {
      refuse(type, options, path, node);
      return std::nullopt;
    }
    const size_t before = errors();
    Slot slot;
    section(node, type.object(), path, slot);
    for (const Property& property : type.object().properties()) {
      const auto found = slot.children.find(property.name);
      const bool given = found != slot.children.end() && found->second.value != nullptr;
      if (given || !property.must_be_given() || errors() != before) continue;
      report(bad_configuration, Severity::error, path, fmt::format("`{}.{}` is not set", path, property.name),
             node->span());
    }
    if (errors() != before) return std::nullopt;
    return build(type.object(), slot);
  }

  size_t errors() const {
    return static_cast<size_t>(
        std::ranges::count(result_.sources[source_].diagnostics, Severity::error, &Diagnostic::severity));
  }

  void refuse(const TypeInfo& type, const PropertyOptions& options, const std::string& path, const NodePtr& node) {
    const std::string wanted = wanted_value(type, options);
    std::string message;
    if (options.secret || !node->is_scalar()) {
      message = fmt::format("the value of `{}` is not {}", path, wanted);
    } else {
      message = fmt::format("`{}: {}` is not {}", path, syntax::excerpt(model::scalar_text(*node)), wanted);
    }
    Diagnostic& found = report(bad_configuration, Severity::error, path, std::move(message), node->span());
    found.label = "not " + wanted;
    if (type.type != ValueType::enumeration || !node->is_scalar()) return;
    const std::vector<std::string_view> names(type.values.begin(), type.values.end());
    if (auto meant = base::nearest(model::scalar_text(*node), names))
      found.help = fmt::format("did you mean `{}`?", *meant);
  }

  // ---- variables

  /// `${NAME}` and `${NAME:default}`, as Micronaut replaces them (CONF-4). `open`: other programs may read the text, so
  /// that a name of nothing may be meant for them.
  NodePtr with_variables(const NodePtr& node, const std::string& path, bool open) {
    if (node->is_mapping()) {
      std::vector<syntax::NodeEntry> entries;
      for (const auto& entry : node->entries())
        entries.push_back({entry.key, entry.key_span, with_variables(entry.value, path, open)});
      return Node::mapping(std::move(entries), node->span());
    }
    if (node->is_sequence()) {
      std::vector<NodePtr> items;
      for (const NodePtr& item : node->items()) items.push_back(with_variables(item, path, open));
      return Node::sequence(std::move(items), node->span());
    }
    if (!node->value().is_string() || node->value().text().find("${") == std::string_view::npos) return node;
    std::string text = replaced(node->value().text(), path, open, node->span());
    Value value = Value::string(text);
    return Node::scalar(std::move(value), std::move(text), true, node->span());
  }

  std::string replaced(std::string_view text, const std::string& path, bool open, const syntax::Span& span) {
    std::string out;
    size_t at = 0;
    for (;;) {
      const size_t begin = text.find("${", at);
      const size_t end = begin == std::string_view::npos ? begin : text.find('}', begin);
      if (end == std::string_view::npos) break;
      out.append(text.substr(at, begin - at));
      const std::string_view inside = text.substr(begin + 2, end - begin - 2);
      const size_t colon = inside.find(':');
      const std::string_view name = inside.substr(0, colon);
      if (auto found = variables_.find(name); found != variables_.end()) {
        out.append(found->second);
      } else if (colon != std::string_view::npos) {
        out.append(inside.substr(colon + 1));
      } else {
        out.append(text.substr(begin, end - begin + 1));
        const bool is_error = strictness_ == Strictness::server && !open;
        report(unset_variable, is_error ? Severity::error : Severity::warning, path,
               fmt::format("`{}` uses the variable `{}`, which is not set", path, syntax::excerpt(name)), span)
            .help = fmt::format("set the variable, or write `${{{}:VALUE}}` with a default", syntax::excerpt(name));
      }
      at = end + 1;
    }
    out.append(text.substr(at));
    return out;
  }

  void variable(const std::string& name, const std::string& text) {
    if (std::ranges::find(other_variables, std::string_view(name)) != std::end(other_variables)) return;
    constexpr std::string_view own = "GYR_";
    const Key* key = find_key(name);
    std::string full = name;
    if (key == nullptr && name.starts_with(own)) {
      full = "KESTRA_" + name.substr(own.size());
      key = find_key(full);
    }
    add_source(name, text);
    if (key == nullptr) return unknown_variable(name, full, text);
    Slot* slot = &root_;
    for (const std::string& part : key->names) slot = &slot->children[part];
    NodePtr node = Node::scalar(Value::string(text), text, true, {});
    const TypeInfo& type = key->property->type;
    if (type.type == ValueType::map || (type.type == ValueType::list && type.element().type == ValueType::object)) {
      auto parsed = syntax::parse_yaml(text);
      if (!parsed) {
        report(syntax::diagnostic_of(parsed.error()));
        return;
      }
      node = *parsed;
    }
    if (auto cleaned = clean(node, type, key->property->options, key->path)) {
      *slot = {};
      slot->value = std::move(*cleaned);
      slot->origin = {source_, {}};
    }
  }

  static const Key* find_key(std::string_view variable) {
    static const std::map<std::string, const Key*, std::less<>> by_name = [] {
      std::map<std::string, const Key*, std::less<>> made;
      for (const Key& key : all_keys()) {
        made.emplace(normal_key(key.path), &key);
        for (std::string_view alias : key.property->options.aliases) {
          const std::string path = key.path.substr(0, key.path.rfind('.') + 1) + std::string(alias);
          made.emplace(normal_key(path), &key);
        }
      }
      return made;
    }();
    const auto found = by_name.find(normal_key(variable));
    return found == by_name.end() ? nullptr : found->second;
  }

  /// Other programs have variables with these prefixes, too: only what is clearly a typo is told.
  void unknown_variable(const std::string& name, const std::string& full, std::string_view text) {
    if (const UnusedKey* unused = find_unused_variable(full)) {
      if (is_refused(*unused, text)) {
        report(bad_configuration, Severity::error, {},
               fmt::format("`{}={}` is not available in this version", name, syntax::excerpt(text)), {})
            .help = fmt::format("{}; leave the variable out", unused->reason);
      } else if (!unused->silent)
        report(unused_key, Severity::warning, {}, fmt::format("`{}` has no effect: {}", name, unused->reason), {});
      return;
    }
    const std::string_view prefix = std::string_view(name).substr(0, name.find('_') + 1);
    std::vector<std::string_view> candidates;
    for (const Key& key : all_keys()) {
      const std::string_view known = key.variable;
      const bool is_short = prefix == "GYR_" && known.starts_with("KESTRA_");
      if (known.starts_with(prefix) || is_short) candidates.push_back(known.substr(known.find('_') + 1));
    }
    const auto meant = base::nearest(std::string_view(name).substr(prefix.size()), candidates);
    if (!meant) return;
    report(unknown_key, of_typo(), {}, fmt::format("unknown configuration variable `{}`", name), {}).help =
        fmt::format("did you mean `{}{}`?", prefix, *meant);
  }

  // ---- settings

  /// The tree that the description binds. Sections are always there, so that their defaults are.
  static NodePtr build(const Schema& schema, const Slot& slot) {
    std::vector<syntax::NodeEntry> entries;
    for (const Property& property : schema.properties()) {
      const auto found = slot.children.find(property.name);
      if (property.type.type == ValueType::object) {
        static const Slot nothing;
        entries.push_back(
            {property.name, {}, build(property.type.object(), found == slot.children.end() ? nothing : found->second)});
      } else if (found != slot.children.end() && found->second.value != nullptr) {
        entries.push_back({property.name, {}, found->second.value});
      }
    }
    return Node::mapping(std::move(entries), {});
  }

  /// Of a key, or of the nearest section around it that somebody wrote.
  std::optional<Origin> origin_of(std::string_view path) const {
    const Slot* slot = &root_;
    std::optional<Origin> origin;
    for (std::string_view name : base::split(path, '.')) {
      const auto found = slot->children.find(name);
      if (found == slot->children.end()) break;
      slot = &found->second;
      if (slot->origin.span.line != 0 || slot->value != nullptr) origin = slot->origin;
    }
    return origin;
  }

  EnvironmentVariables variables_;
  Strictness strictness_;
  Reading result_;
  size_t source_ = 0;  // that is being read
  Slot root_;
};

}  // namespace

Reading read_file(const std::string& file, const char* const* environment, Strictness strictness) {
  Reader reader(environment, strictness);
  if (!file.empty()) reader.file(file);
  reader.environment();
  return reader.finish();
}

Reading read_text(std::string name, std::string text, const char* const* environment, Strictness strictness) {
  Reader reader(environment, strictness);
  reader.document(std::move(name), std::move(text));
  reader.environment();
  return reader.finish();
}

}  // namespace gyr::main::config
