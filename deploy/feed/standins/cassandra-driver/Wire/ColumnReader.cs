using Cassandra.Values;

namespace Cassandra.Wire;

/// <summary>Reads the descriptions of columns and variables.</summary>
internal static class ColumnReader
{
    // A column is at least its name's length and its type.
    private const int LeastBytes = 4;
    private const int DeepestType = 32;

    public static RowSetMetadata Read(ref BodyReader reader, int count, bool global)
    {
        reader.Count(count, LeastBytes);
        var keyspace = global ? reader.String() : "";
        var table = global ? reader.String() : "";
        var columns = new CqlColumn[reader.Count(count, LeastBytes)];
        for (var index = 0; index < columns.Length; index++)
        {
            var column = new CqlColumn
            {
                Index = index,
                Keyspace = global ? keyspace : reader.String(),
                Table = global ? table : reader.String(),
                Name = reader.String(),
            };
            (column.TypeCode, column.TypeInfo) = ReadType(ref reader, DeepestType);
            column.Type = TypeNames.ClrType(column.TypeCode, column.TypeInfo);
            columns[index] = column;
        }

        return new RowSetMetadata(columns);
    }

    private static (ColumnTypeCode Code, IColumnInfo? Info) ReadType(ref BodyReader reader, int deepest)
    {
        if (deepest == 0)
        {
            throw BodyReader.Malformed($"a type is nested deeper than {DeepestType}");
        }

        var code = (ColumnTypeCode)reader.Short();
        switch (code)
        {
            case ColumnTypeCode.Custom:
                return (code, new CustomColumnInfo { CustomTypeName = reader.String() });
            case ColumnTypeCode.List:
                var element = ReadType(ref reader, deepest - 1);
                return (code, new ListColumnInfo { ValueTypeCode = element.Code, ValueTypeInfo = element.Info });
            case ColumnTypeCode.Set:
                var member = ReadType(ref reader, deepest - 1);
                return (code, new SetColumnInfo { KeyTypeCode = member.Code, KeyTypeInfo = member.Info });
            case ColumnTypeCode.Map:
                var key = ReadType(ref reader, deepest - 1);
                var value = ReadType(ref reader, deepest - 1);
                return (code, new MapColumnInfo { KeyTypeCode = key.Code, KeyTypeInfo = key.Info, ValueTypeCode = value.Code, ValueTypeInfo = value.Info });
            case ColumnTypeCode.Udt:
                reader.String();
                reader.String();
                for (var left = reader.Count(reader.Short(), LeastBytes); left > 0; left--)
                {
                    reader.String();
                    ReadType(ref reader, deepest - 1);
                }

                return (code, null);
            case ColumnTypeCode.Tuple:
                for (var left = reader.Count(reader.Short(), 2); left > 0; left--)
                {
                    ReadType(ref reader, deepest - 1);
                }

                return (code, null);
            default:
                return Enum.IsDefined(code) ? (code, null) : throw BodyReader.Malformed($"a column is of type 0x{(int)code:X4}");
        }
    }
}
