/** Apart from the tables of SQL, which only policies with conditions on it need. */
export const SQL_DIALECT_NAMES = ['postgres', 'mysql', 'sqlite', 'mssql'] as const;
