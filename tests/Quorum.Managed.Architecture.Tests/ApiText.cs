using System.Globalization;
using System.Reflection;
using System.Text;

namespace Quorum.Managed.Architecture.Tests;

// The public surface of an assembly as sorted text, one line a member. An API change is then a change of a file.
internal static class ApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    public static string Of(Assembly assembly)
    {
        StringBuilder text = new();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Head(type)).Append('\n');
            foreach (string line in Members(type).Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Head(Type type)
    {
        if (type.IsSubclassOf(typeof(Delegate)))
        {
            return $"delegate {Signature(type.GetMethod("Invoke")!, type.FullName!)}";
        }

        IEnumerable<Type> bases = type.IsEnum ? [] : type.GetInterfaces().OrderBy(Name, StringComparer.Ordinal);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && !type.IsEnum)
        {
            bases = bases.Prepend(parent);
        }

        string list = string.Join(", ", bases.Select(Name));
        return $"{Kind(type)} {type.FullName}{(list.Length > 0 ? " : " + list : "")}";
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => $"enum : {Name(Enum.GetUnderlyingType(type))}",
        { IsInterface: true } => "interface",
        { IsByRefLike: true } => "ref struct",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsSubclassOf(typeof(Delegate)))
        {
            yield break;
        }

        foreach (FieldInfo field in type.GetFields(Declared).Where(field => field.IsPublic && !field.IsSpecialName))
        {
            string kind = field.IsLiteral ? "const" : field.IsStatic ? "static" : "field";
            string value = field.IsLiteral ? " = " + Literal(field.GetRawConstantValue()) : "";
            yield return type.IsEnum ? field.Name + value : $"{kind} {Name(field.FieldType)} {field.Name}{value}";
        }

        foreach (ConstructorInfo constructor in type.GetConstructors(Declared).Where(IsVisible))
        {
            yield return $"{Access(constructor)}new({Parameters(constructor)})";
        }

        foreach (PropertyInfo property in type.GetProperties(Declared)
            .Where(property => property.GetAccessors(nonPublic: true).Any(IsVisible)))
        {
            yield return Property(property);
        }

        foreach (EventInfo item in type.GetEvents(Declared).Where(item => IsVisible(item.AddMethod!)))
        {
            yield return $"event {Name(item.EventHandlerType!)} {item.Name}";
        }

        foreach (MethodInfo method in type.GetMethods(Declared).Where(IsVisible)
            .Where(method => !method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)))
        {
            yield return Access(method) + Modifiers(method) + Signature(method, method.Name);
        }
    }

    private static string Property(PropertyInfo property)
    {
        MethodInfo any = property.GetAccessors(nonPublic: true).First(IsVisible);
        string index =
            string.Join(", ", property.GetIndexParameters().Select(parameter => Name(parameter.ParameterType)));
        string name = property.Name + (index.Length > 0 ? $"[{index}]" : "");
        string get = property.GetMethod is { } getter && IsVisible(getter) ? " get;" : "";
        string set = property.SetMethod is { } setter && IsVisible(setter) ? IsInit(setter) ? " init;" : " set;" : "";
        bool nullable = !property.PropertyType.IsValueType
            && Nullability.Create(property).ReadState == NullabilityState.Nullable;
        return $"{Access(any)}{Modifiers(any)}{Name(property.PropertyType)}{Mark(nullable)} {name} {{{get}{set} }}";
    }

    private static bool IsInit(MethodInfo setter) =>
        setter.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit");

    private static string Mark(bool nullable) => nullable ? "?" : "";

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Modifiers(MethodInfo method) => method.IsStatic ? "static "
        : method.DeclaringType!.IsInterface ? ""
        : method.IsAbstract ? "abstract "
        : method.GetBaseDefinition() != method ? "override "
        : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "";

    private static string Signature(MethodInfo method, string name)
    {
        string generic = method.IsGenericMethodDefinition
            ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>"
            : "";
        bool nullable = !method.ReturnType.IsValueType
            && Nullability.Create(method.ReturnParameter).ReadState == NullabilityState.Nullable;
        return $"{Name(method.ReturnType)}{Mark(nullable)} {name}{generic}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        bool nullable = parameter.ParameterType is { IsValueType: false, IsByRef: false }
            && Nullability.Create(parameter).WriteState == NullabilityState.Nullable;
        string way = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "";
        string value = parameter.HasDefaultValue ? " = " + Literal(parameter.RawDefaultValue) : "";
        return $"{way}{Name(parameter.ParameterType)}{Mark(nullable)} {parameter.Name}{value}";
    }

    private static string Name(Type type)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying) + "?";
        }

        string name = type is { IsNested: true, IsGenericParameter: false }
            ? $"{Name(type.DeclaringType!)}.{type.Name}"
            : type.Name;
        int tick = name.IndexOf('`', StringComparison.Ordinal);
        return tick < 0 ? name : $"{name[..tick]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }

    private static string Literal(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
